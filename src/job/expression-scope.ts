import type { UncertainField } from '../core/file-facts.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { FILE_FIELDS } from './expression-names.ts';

/** The values that an expression can read. */
export interface ConditionScope {
  /** The variables of the job file. */
  readonly vars: Readonly<Record<string, string>>;
  /** The key of the item, and what its source reports about it. */
  readonly item: JsonObject;
  /**
   * The facts about the file of the item. If a field is null or missing, its value is unknown, except for the
   * fields in `NULL_IS_KNOWN`.
   */
  readonly file: JsonObject;
  /** The results of earlier steps, by the id of the step. */
  readonly steps: Readonly<Record<string, JsonObject>>;
}

/** The error if an expression reads a field of the file that ucbulk does not know. */
export class UnknownField extends Error {
  override readonly name = 'UnknownField';
  readonly field: string;

  constructor(field: string) {
    super(`file.${field} is unknown`);
    this.field = field;
  }
}

/**
 * The fields in which null is a known value. It means: not stored, not removed, no URL. In all other fields,
 * null means that the value is unknown.
 */
const NULL_IS_KNOWN: readonly string[] = ['storedAt', 'removedAt', 'url'];

/**
 * Converts the values for the CEL library. Converts texts to Unicode form NFC. Makes an expression fail if it
 * reads an unknown field of the file.
 */
export function celScope({ vars, item, file, steps }: ConditionScope): Record<string, unknown> {
  return {
    vars: composedTexts(vars),
    item: composedTexts(item),
    file: guardedFile(file),
    steps: composedTexts(steps),
  };
}

/**
 * Creates an object for `file` in expressions. Each unknown field throws when an expression reads it, even
 * with `has()`. CEL can still evaluate `false && unknown` to false and `true || unknown` to true. Any other
 * expression that needs the unknown value fails.
 */
function guardedFile(file: JsonObject): object {
  const guarded = {};
  for (const field of Object.keys(FILE_FIELDS)) {
    const value = Object.hasOwn(file, field) ? file[field] : undefined;
    const isKnown = value != null || (value === null && NULL_IS_KNOWN.includes(field));
    Object.defineProperty(guarded, field, {
      enumerable: true,
      ...(isKnown
        ? { value: composedTexts(value ?? null) }
        : {
            get() {
              throw new UnknownField(field);
            },
          }),
    });
  }
  return guarded;
}

function composedTexts(value: JsonValue): JsonValue {
  if (typeof value === 'string') return composed(value);
  if (Array.isArray(value)) return value.map(composedTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [composed(key), composedTexts(part)]),
  );
}

/** True if the expression may read this field of the file. */
export function readsField(text: string, field: UncertainField): boolean {
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  return new RegExp(`(?<![\\w.])file\\s*(?:\\.\\s*${field}\\b|\\[)`).test(bare);
}
