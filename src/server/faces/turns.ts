/** One after the other: an engine draws for one client at a time, the others wait in the order in which they came. */

/** Runs tasks in turn. A task that fails holds nobody up. */
export interface Turns {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** How many wait or run. */
  readonly length: number;
}

/** An empty queue. */
export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    run: (task) => {
      length++;
      const next = last.then(task).finally(() => length--);
      last = next.catch(() => undefined);
      return next;
    },
    get length() {
      return length;
    },
  };
}
