/** The default case of every exhaustive switch. If a new case is not handled, the code does not compile. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
