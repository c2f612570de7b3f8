/** The thread of the library: its database, its searches and the reading of its files, which no answer of the server waits behind. */

import { workerData } from "node:worker_threads";
import { answerCalls } from "../../node/thread-calls.ts";
import { type LibrarySettings, libraryAnswers } from "./answers.ts";

answerCalls(libraryAnswers(workerData as LibrarySettings));
