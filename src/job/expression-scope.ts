import type { UncertainField } from '../core/file-facts.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { composed } from '../core/same-text.ts';
import { FILE_FIELDS } from './expression-names.ts';

/** What an expression may look at. */
export interface ConditionScope {
  /** The job's variables. */
  readonly vars: Readonly<Record<string, string>>;
  /** The item's key and what its source knew about it. */
  readonly item: JsonObject;
  /** What is known about the file; a field that is null or absent may be unknown. */
  readonly file: JsonObject;
  /** The results of the earlier steps, by id. */
  readonly steps: Readonly<Record<string, JsonObject>>;
}

/** An expression looked at a field of the file that is unknown. */
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

/** The scope as the CEL library takes it: texts composed (NFC), unknown fields of the file guarded. */
export function celScope({ vars, item, file, steps }: ConditionScope): Record<string, unknown> {
  return {
    vars: composedTexts(vars),
    item: composedTexts(item),
    file: guardedFile(file),
    steps: composedTexts(steps),
  };
}

/**
 * A field that is unknown throws when it is looked at, `has()` included. In CEL that is Kleene's
 * logic: `false && unknown` is false, `true || unknown` is true, all else is an error.
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

/** True if the expression may look at the field of the file. */
export function looksAt(text: string, field: UncertainField): boolean {
  const bare = text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  return new RegExp(`(?<![\\w.])file\\s*(?:\\.\\s*${field}\\b|\\[)`).test(bare);
}
