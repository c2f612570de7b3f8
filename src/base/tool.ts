/** The program as what it made names it. */
export function toolName(version: string): string {
  return `seedproof ${version}`;
}
