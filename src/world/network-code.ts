/**
 * Returns the code of a network error from the operating system or from undici. If several addresses of a
 * host failed, returns the code of the first failure.
 */
export function networkCode(error: unknown): string {
  if (!(error instanceof Error)) return 'network';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? networkCode(inner) : error.name;
}
