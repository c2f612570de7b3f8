/** Lists of what the server works on, kept by its events and its answers. */

/** The list with one of it as it is now; ids begin with the time, so the oldest stands first. */
export function withTask<T extends { readonly id: string }>(all: readonly T[], one: T): T[] {
  return [...all.filter(({ id }) => id !== one.id), one].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The list with one that the server says was added. Of what ends at once, the events may be here before that answer, which is then the
 * older one.
 */
export function withAdded<T extends { readonly id: string }>(all: readonly T[], added: T): readonly T[] {
  return all.some(({ id }) => id === added.id) ? all : withTask(all, added);
}
