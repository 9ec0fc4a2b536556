/** A JSON object of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** A schema that Ajv understands. */
export type Converted = Readonly<Record<string, unknown>>;

/** Where a schema stands; the `words` of errors are their defaults. */
export type SchemaUse = 'answer' | 'words' | 'request';

interface Conversion {
  readonly resolve: (value: Json) => Json;
  readonly use: SchemaUse;
  /** True inside of `allOf`, whose parts add up: only the whole may be closed. */
  readonly isPart?: boolean;
}

const KEPT = [
  'type',
  'enum',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'required',
];

/**
 * Converts a schema of OpenAPI 3.0 to JSON Schema. Objects that list their properties are closed, so
 * that a field the document does not have is found too.
 */
export function convertSchema(given: Json, conversion: Conversion): Converted {
  const schema = conversion.resolve(given);
  const { use, isPart = false } = conversion;
  const whole = { ...conversion, isPart: false };
  const out = ownRules(schema, use);
  const properties = schema['properties'] as Record<string, Json> | undefined;
  if (properties !== undefined) Object.assign(out, convertProperties(properties, whole));
  if (out['required'] !== undefined) out['required'] = fixedNames(out['required'] as string[]);
  if (schema['items'] !== undefined) out['items'] = convertSchema(schema['items'] as Json, whole);
  const additional = schema['additionalProperties'];
  if (typeof additional === 'object' && additional !== null) {
    out['additionalProperties'] = convertSchema(additional as Json, whole);
  }
  Object.assign(out, convertCombined(schema, conversion));
  const isListed = properties !== undefined || schema['allOf'] !== undefined;
  if (isListed && !isPart && additional === undefined) out['unevaluatedProperties'] = false;
  return schema['nullable'] === true ? { anyOf: [{ type: 'null' }, out] } : out;
}

// What a schema says of a value itself, without what is inside of it.
function ownRules(schema: Json, use: SchemaUse): Record<string, unknown> {
  const out = Object.fromEntries(
    KEPT.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]),
  );
  // Uploaded bytes are never looked at.
  if (out['format'] === 'binary') delete out['format'];
  if (use === 'words' && schema['type'] === 'string') Object.assign(out, wordsOf(schema));
  return out;
}

function convertCombined(schema: Json, conversion: Conversion): Converted {
  const out: Record<string, unknown> = {};
  const convertAll = (name: string, isPart: boolean) =>
    (schema[name] as Json[] | undefined)?.map((one) =>
      convertSchema(one, { ...conversion, isPart }),
    );
  const parts = convertAll('allOf', true);
  if (parts !== undefined) out['allOf'] = parts;
  const hasOwn = schema['properties'] !== undefined || parts !== undefined;
  // Alternatives of one shape all match: at least one must.
  const choices = [...(convertAll('anyOf', hasOwn) ?? []), ...(convertAll('oneOf', hasOwn) ?? [])];
  if (choices.length > 0) out['anyOf'] = choices;
  return out;
}

// Names such as `metadata[{key}]` stand for many.
function convertProperties(properties: Record<string, Json>, conversion: Conversion): Converted {
  const [fixed, patterns]: Record<string, unknown>[] = [{}, {}];
  for (const [name, property] of Object.entries(properties)) {
    const converted = convertSchema(property, conversion);
    if (name === '{filename}') Object.assign(patterns as object, { '^file:': {} });
    else if (name.includes('{'))
      Object.assign(patterns as object, { [patternFor(name)]: converted });
    else Object.assign(fixed as object, { [name]: converted });
  }
  return { properties: fixed, patternProperties: patterns };
}

function fixedNames(names: readonly string[]): string[] {
  return names.filter((name) => !name.includes('{'));
}

// The words of an error: its default, or one of an enumeration, with gaps.
function wordsOf({ default: words, enum: choices }: Json): Converted {
  const all = typeof words === 'string' ? [words] : ((choices ?? []) as string[]);
  if (all.length === 0) return {};
  const patterns = all.map((one) => patternFor(one).slice(1, -1));
  return { enum: undefined, pattern: `^(?:${patterns.join('|')})$` };
}

function patternFor(text: string): string {
  const escaped = text.replaceAll(/[.*+?^$()|[\]\\`]/g, '\\$&').replaceAll('\\`', '`');
  return `^${escaped.replaceAll(/\{\w+\}|<[A-Z-]+>/g, '.+')}$`;
}
