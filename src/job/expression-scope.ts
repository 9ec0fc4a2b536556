import type { UncertainField } from '../core/file-facts.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { FILE_FIELDS } from './expression-names.ts';

/** The values that an expression can read. */
export interface ConditionScope {
  /** The job's variables. */
  readonly vars: Readonly<Record<string, string>>;
  /** The key of the item, and the facts from its source. */
  readonly item: JsonObject;
  /** The known facts about the file; a field that is null or absent may be unknown. */
  readonly file: JsonObject;
  /** The results of the earlier steps, by id. */
  readonly steps: Readonly<Record<string, JsonObject>>;
}

/** The error of an expression that reads an unknown field of the file. */
export class UnknownField extends Error {
  override readonly name = 'UnknownField';
  readonly field: string;

  constructor(field: string) {
    super(`file.${field} is unknown`);
    this.field = field;
  }
}

/** Fields for which null is a known value: not stored, not removed, no URL. */
const NULL_IS_KNOWN: readonly string[] = ['storedAt', 'removedAt', 'url'];

/** Creates the scope for the CEL library: with composed texts (NFC) and guarded unknown fields. */
export function celScope({ vars, item, file, steps }: ConditionScope): Record<string, unknown> {
  return {
    vars: composedTexts(vars),
    item: composedTexts(item),
    file: guardedFile(file),
    steps: composedTexts(steps),
  };
}

/**
 * Creates a file whose unknown fields throw when they are read, also by `has()`. In CEL this is Kleene's
 * logic: `false && unknown` is false, `true || unknown` is true, everything else is an error.
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

/** True if the expression may read the field of the file. */
export function readsField(text: string, field: UncertainField): boolean {
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  return new RegExp(`(?<![\\w.])file\\s*(?:\\.\\s*${field}\\b|\\[)`).test(bare);
}
