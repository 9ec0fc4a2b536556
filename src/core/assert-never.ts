/**
 * Use this in the default case of a switch over a union. If a new member is not handled, the code does not
 * compile.
 */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
