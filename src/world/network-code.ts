/**
 * The code of a network error from the system or undici. If several addresses failed, the code of
 * the first.
 */
export function networkCode(error: unknown): string {
  if (!(error instanceof Error)) return 'network';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? networkCode(inner) : error.name;
}
