/** The thread that reads the workspace for the server: verifying, hashing and reading, which no answer waits behind. */

import { workerData } from "node:worker_threads";
import { answerCalls } from "../../node/thread-calls.ts";
import { type WorkspaceSettings, workspaceAnswers } from "./answers.ts";

answerCalls(workspaceAnswers(workerData as WorkspaceSettings));
