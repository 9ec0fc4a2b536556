import type * as z from 'zod';
import { jobJsonSchema } from './job-json-schema.ts';

// The key that selects the schema of a step.
const DISCRIMINATOR = 'uses';

type Schema = z.core.JSONSchema.BaseSchema;

/** A position in a job, as keys and list indexes. */
export type JobPath = readonly (string | number)[];

/** Formats a position such as `steps[0].with.target`. Puts a key in quotes if it is not a plain word. */
export function printPath(path: JobPath): string {
  return path.map(printPart).join('').replace(/^\./, '');
}

function printPart(part: string | number): string {
  if (typeof part === 'number') return `[${part}]`;
  return /^[\w-]{1,64}$/.test(part) ? `.${part}` : `[${JSON.stringify(part.slice(0, 60))}]`;
}

/** True if the position `path` is `block` or inside of it. */
export function isWithin(path: readonly PropertyKey[], block: readonly PropertyKey[]): boolean {
  return block.every((part, index) => path[index] === part);
}

/** Returns the value at a position in a job; undefined if there is none. */
export function valueAt(value: unknown, path: JobPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part))
      return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}

/** Returns the keys that the block at a position may have, according to the JSON Schema of job files. */
export function knownKeys(path: JobPath, job: unknown): string[] {
  let schemas: Schema[] = [jobJsonSchema()];
  let value = job;
  for (const part of path) {
    schemas = variantsFor(schemas, value).flatMap((schema) => childSchemas(schema, part));
    value = valueAt(value, [part]);
  }
  const keys = variantsFor(schemas, value).flatMap((schema) =>
    Object.keys(schema.properties ?? {}),
  );
  return [...new Set(keys)];
}

/** Selects the schemas that apply to a value. For a step, selects only the schema of its operation. */
function variantsFor(schemas: readonly Schema[], value: unknown): Schema[] {
  const variants = schemas.flatMap(
    (schema) => schema.oneOf ?? schema.anyOf ?? [schema],
  ) as Schema[];
  const uses = valueAt(value, [DISCRIMINATOR]);
  const chosen = variants.filter(
    (schema) => constValue(schema.properties?.[DISCRIMINATOR]) === uses,
  );
  return chosen.length > 0 ? chosen : variants;
}

function constValue(schema: z.core.JSONSchema._JSONSchema | undefined): unknown {
  return typeof schema === 'object' ? schema.const : undefined;
}

function childSchemas(schema: Schema, part: string | number): Schema[] {
  const own = typeof part === 'string' ? schema.properties?.[part] : undefined;
  const child = typeof part === 'number' ? schema.items : (own ?? schema.additionalProperties);
  return typeof child === 'object' && !Array.isArray(child) ? [child as Schema] : [];
}
