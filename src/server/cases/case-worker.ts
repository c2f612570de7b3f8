/** The thread that measures, assesses, shows and checks: work on a case that no answer of the server waits for. */

import { answerCalls } from "../../node/thread-calls.ts";
import { caseAnswers } from "./case-answers.ts";

answerCalls(caseAnswers);
