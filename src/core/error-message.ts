/** The message of an error. If a value that is not an error was thrown, the value as text. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
