/** Time that work takes of this process, whatever else the machine does. */

/** Milliseconds of CPU time that all threads of the process have taken so far; differences of it bound a piece of work. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
