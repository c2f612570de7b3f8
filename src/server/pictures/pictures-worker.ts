/** The thread of pictures: reads, checks and shrinks images, a few at a time. */

import { workerData } from "node:worker_threads";
import { answerCalls } from "../../node/thread-calls.ts";
import { pictureAnswers } from "./answers.ts";

answerCalls(pictureAnswers(workerData as { readonly home: string }));
