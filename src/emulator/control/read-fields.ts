/** The fields that a JSON object may have, with the type of each. */
export type FieldChecks = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>>;

/** Reads a JSON object from the body of a request. Throws an error that names a wrong field. */
export function readFields(
  { body }: { readonly body: Buffer | string },
  checks: FieldChecks,
): Record<string, unknown> {
  const parsed: unknown = JSON.parse(body.toString() || '{}');
  if (typeof parsed !== 'object' || parsed === null) throw new Error('Expected a JSON object');
  for (const [name, value] of Object.entries(parsed)) {
    const wanted = checks[name];
    if (wanted === undefined) {
      const known = Object.keys(checks).join(', ');
      throw new Error(`Unknown key \`${name}\`. Use one of ${known}`);
    }
    if (typeof value !== wanted || value === null) {
      throw new Error(`Expected \`${name}\` to be of the type ${wanted}`);
    }
  }
  return { ...parsed };
}
