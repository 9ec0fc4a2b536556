/** Where two JSON values differ in key order, type or null-ness; empty where they have one shape. */
export function shapeDifferences(actual: unknown, recorded: unknown, path = '$'): string[] {
  const [a, b] = [kindOf(actual), kindOf(recorded)];
  if (a !== b) return [`${path}: ${a} instead of ${b}`];
  if (Array.isArray(actual) && Array.isArray(recorded)) {
    if (actual.length !== recorded.length) {
      return [`${path}: ${actual.length} items instead of ${recorded.length}`];
    }
    return recorded.flatMap((item, place) =>
      shapeDifferences(actual[place], item, `${path}[${place}]`),
    );
  }
  if (a !== 'object') return [];
  const [left, right] = [Object.entries(actual as object), Object.entries(recorded as object)];
  const [names, wanted] = [left, right].map((entries) => entries.map(([name]) => name).join(','));
  if (names !== wanted) return [`${path}: keys ${names} instead of ${wanted}`];
  return right.flatMap(([name, value], place) =>
    shapeDifferences(left[place]?.[1], value, `${path}.${name}`),
  );
}

/** Where two JSON values of one shape differ in their values. */
export function valueDifferences(actual: unknown, recorded: unknown, path = '$'): string[] {
  if (typeof recorded !== 'object' || recorded === null) {
    return actual === recorded ? [] : [`${path}: ${String(actual)} instead of ${String(recorded)}`];
  }
  return Object.entries(recorded).flatMap(([name, value]) =>
    valueDifferences((actual as Record<string, unknown> | null)?.[name], value, `${path}.${name}`),
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
