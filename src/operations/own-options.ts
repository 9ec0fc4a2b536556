import * as z from 'zod';
import { errorMessage } from '../core/error-message.ts';
import type { JsonObject } from '../core/json.ts';
import type { OwnOptions, StandardSchema } from './own-call.ts';

/** A fault in the options of own code. */
export interface OwnOptionFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The result of a check of options: the value for the code, or faults. */
export type CheckedOptions =
  | { readonly value: unknown; readonly faults?: undefined }
  | { readonly faults: readonly OwnOptionFault[] };

/** Checks the options of own code with its schema. Without a schema, it has no options. */
export function checkOwnOptions(
  schema: OwnOptions<unknown> | undefined,
  given: JsonObject,
): CheckedOptions {
  if (schema === undefined) return withoutOptions(given);
  try {
    const checked = standardSchema(schema)['~standard'].validate(structuredClone(given));
    if (checked instanceof Promise) {
      checked.catch(() => undefined);
      return fault('has a schema that checks asynchronously, which ucbulk does not support');
    }
    if (checked.issues === undefined) return { value: checked.value };
    return { faults: checked.issues.map(toFault) };
  } catch (error) {
    return fault(`can't be checked: the schema of the code threw ${errorMessage(error)}`);
  }
}

/** Describes why `options` of own code is not a schema; null if it is one. */
export function schemaFault(schema: unknown): string | null {
  if (schema === undefined || isStandard(schema)) return null;
  if (
    typeof schema !== 'object' ||
    schema === null ||
    !('type' in schema) ||
    schema.type !== 'object'
  ) {
    return 'has `options` that are neither a Standard Schema nor a JSON Schema with `type: object`';
  }
  try {
    z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    return null;
  } catch (error) {
    return `has a JSON Schema in \`options\` that can't be used: ${errorMessage(error)}`;
  }
}

function standardSchema(schema: OwnOptions<unknown>): StandardSchema<unknown> {
  if (isStandard(schema)) return schema;
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}

function isStandard(schema: unknown): schema is StandardSchema<unknown> {
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  return isObject && '~standard' in schema;
}

function withoutOptions(given: JsonObject): CheckedOptions {
  const names = Object.keys(given);
  if (names.length === 0) return { value: {} };
  return {
    faults: names.map((name) => ({
      path: [name],
      message: 'is no option of this code, which has none',
    })),
  };
}

function toFault({
  message,
  path = [],
}: {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}): OwnOptionFault {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  return {
    path: keys.filter((key) => typeof key !== 'symbol'),
    message: `is wrong: ${message}`,
  };
}

function fault(message: string): CheckedOptions {
  return { faults: [{ path: [], message }] };
}
