// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import * as z from 'zod';
import { BOOLEAN_PATTERN, parseBooleanWord } from '../core/boolean-word.ts';
import { parseByteSize } from '../core/byte-size.ts';
import { parseDuration } from '../core/duration.ts';
import { MAX_METADATA_KEYS, MAX_METADATA_VALUE, MAX_TAGS } from '../core/file-limits.ts';
import { isGlob } from '../filters/glob.ts';
import { isPathGlob } from '../filters/path-glob.ts';
import { expressionFault } from './step-condition.ts';

// Expected values for error messages. In the schemas of a job file, the message is "expected <error>, got 5".
// In `refine` and `addIssue`, `error` is the end of a sentence instead: "where.size <error>".

const DURATION = { error: 'a duration such as 24h or 7d10h' };
const SIZE = { error: 'a size such as 10MiB or 4GB, or a number of bytes' };
const INSTANT = { error: 'a date such as 2024-01-31 or 2024-01-31T10:00:00Z' };
const GLOBS = { error: 'a glob such as *.jpg, or a list of globs' };
const BROKEN_GLOB = { error: 'is not a glob: a [ or { has no end, or it ends with \\' };
// A longer duration than a hundred years is a typing error.
const MAX_DURATION_MS = 36_500 * 86_400_000;
const MAX_GLOB_LENGTH = 1024;

/** A block of keys with values. Any other key in the block is an error. */
export function blockSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'a block of keys' });
}

/** Matches an expression that is the whole text and reads an environment variable. */
export const ENV_EXPRESSION = /^\$\{\{\s*env\.([A-Za-z_][A-Za-z0-9_]{0,127})\s*\}\}$/;

/**
 * The name of an environment variable. Messages never show what the user wrote here: it may be the secret
 * itself, by mistake.
 */
export function variableSchema(expected: { readonly error: string }) {
  return z.string(expected).transform((text, context): { readonly env: string } => {
    const env = ENV_EXPRESSION.exec(text)?.[1];
    if (env !== undefined) return { env };
    context.addIssue({ code: 'custom', message: `is not ${expected.error}` });
    return z.NEVER;
  });
}

/** A block of conditions. An empty block is an error, because it would match every file. */
export function conditionBlock<Shape extends z.ZodRawShape>(shape: Shape) {
  return blockSchema(shape).refine(isNotEmpty, NO_CONDITION).meta({ minProperties: 1 });
}

/** True if the block has at least one key. */
export function isNotEmpty(block: object): boolean {
  return Object.values(block).some((value) => value !== undefined);
}

export const NO_CONDITION = { error: 'has no condition; add one, or remove the key' };

/** Any value, in the options of own code. The code checks its options itself. */
export const anyValueSchema = z.json().meta({ id: 'value', description: 'Any value' });

const FLAG = { error: 'true or false' };

/**
 * A boolean, or a text such as `yes`: the value may come from a variable, and variables can only contain
 * texts.
 */
export const flagSchema = z
  .union(
    [
      z.boolean(FLAG),
      z.int(FLAG).min(0, FLAG).max(1, FLAG),
      z.string(FLAG).regex(BOOLEAN_PATTERN, FLAG),
    ],
    FLAG,
  )
  .transform((given) => parseBooleanWord(String(given)) === true)
  .meta({ id: 'flag', description: 'true or false; also yes, no, on, off, 1 and 0' });

/** A duration such as `24h` or `7d10h`; the result is in ms. */
export const durationSchema = z
  .string(DURATION)
  .regex(/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/, DURATION)
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms <= MAX_DURATION_MS) return Math.round(ms);
    context.addIssue({ code: 'custom', message: 'is more than a hundred years' });
    return z.NEVER;
  })
  .meta({ id: 'duration', description: 'A duration: 90s, 15m, 24h, 7d, 7d10h' });

/** A size such as `10MiB`, `4 GB` or a number of bytes; the result is in bytes. */
export const byteSizeSchema = z
  .union(
    [
      z.int(SIZE).min(0, SIZE),
      z.string(SIZE).regex(/^\d+(?:\.\d+)? ?(?:B|[kKMGT]B|[KMGT]iB)?$/, SIZE),
    ],
    SIZE,
  )
  .transform((size, context) => {
    const bytes = typeof size === 'number' ? size : parseByteSize(size);
    if (Number.isSafeInteger(bytes)) return bytes;
    context.addIssue({ code: 'custom', message: 'is larger than any file' });
    return z.NEVER;
  })
  .meta({ id: 'size', description: 'A size: 500, 10kB, 10MB, 10MiB, 4GB' });

/**
 * A time such as `2024-01-31` (midnight UTC) or `2024-01-31T10:00:00+02:00`; the result is in ms since 1970.
 */
export const instantSchema = z
  .union([z.iso.datetime({ offset: true, ...INSTANT }), z.iso.date(INSTANT)], INSTANT)
  .transform((text) => Date.parse(text))
  .meta({
    id: 'date',
    description: 'A date (midnight UTC) or a date and time with its zone, RFC 3339',
  });

/** A whole number between two limits. It may also be a text, because variables can only contain texts. */
export function countSchema(min: number, max = Number.MAX_SAFE_INTEGER) {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const expected = { error: `a whole number ${bounds}` };
  const digits = z.string(expected).regex(/^\d{1,15}$/, expected);
  return z
    .union([z.int(expected).min(min, expected).max(max, expected), digits], expected)
    .transform(Number)
    .refine((count) => count >= min && count <= max, { error: `is not ${expected.error}` });
}

const STEP_FILE = /^\$\{\{\s*steps\.([A-Za-z0-9_-]+)\.file\s*\}\}$/;
const STEP_FILE_FORM = '${{ steps.ID.file }}, the file that an earlier step made';

/**
 * The option `with.file`: the step works on a file that an earlier step made, not on the file of the item.
 */
export const stepFile = {
  file: z
    .string({ error: STEP_FILE_FORM })
    .regex(STEP_FILE, { error: STEP_FILE_FORM })
    .optional()
    .describe("The file to act on: ${{ steps.ID.file }}; the item's own if absent"),
};

/** Returns the id of the step in `with.file`. */
export function parseStepFile(file: string): string {
  return STEP_FILE.exec(file)?.[1] ?? '';
}

const globSchema = z
  .string(GLOBS)
  .min(1, GLOBS)
  .max(MAX_GLOB_LENGTH, { error: `a glob of at most ${MAX_GLOB_LENGTH} characters` })
  .refine(isGlob, BROKEN_GLOB);

/** One glob or a list of globs; the result is a list. */
export const globsSchema = z
  .union([globSchema, z.array(globSchema, GLOBS).min(1, GLOBS).max(100, GLOBS)], GLOBS)
  .transform((globs) => (typeof globs === 'string' ? [globs] : globs))
  .meta({ id: 'globs', description: 'A glob or a list of them: * ? [a-z] [!a-z] {jpg,png}' });

/** Globs for the paths of files below a folder. */
export const pathGlobsSchema = globsSchema.refine((globs) => globs.every(isPathGlob), {
  error: 'has a glob that is not a path, or more than 8 times **/',
});

const MIME_GLOBS = { error: 'a MIME type such as image/jpeg, a glob such as image/*, or a list' };

const mimeGlobSchema = globSchema.refine((glob) => glob.includes('/'), {
  error: 'has no slash, so it matches no MIME type; write image/* or image/jpeg',
});

/** One glob or a list of globs for MIME types; the result is a list. */
export const mimeGlobsSchema = z
  .union(
    [mimeGlobSchema, z.array(mimeGlobSchema, MIME_GLOBS).min(1, MIME_GLOBS).max(100, MIME_GLOBS)],
    MIME_GLOBS,
  )
  .transform((globs) => (typeof globs === 'string' ? [globs] : globs));

/**
 * A list of tags, changed to the form in which Uploadcare stores them: without surrounding spaces, in lower
 * case.
 */
export const tagListSchema = z
  .array(z.string({ error: 'a tag' }).min(1, { error: 'a tag' }), { error: 'a list of tags' })
  .min(1, { error: 'a list of at least one tag' })
  .max(MAX_TAGS, { error: `a list of at most ${MAX_TAGS} tags` })
  .transform((tags) => tags.map((tag) => tag.trim().toLowerCase()))
  .refine((tags) => !tags.includes(''), { error: 'has an empty tag' });

const METADATA_KEY = 'is not a metadata key: letters, digits and _ . : - only, at most 64';
const METADATA_VALUE = `text of 1 to ${MAX_METADATA_VALUE} characters`;

const CDN = { error: 'an address such as https://abc123.ucarecd.net, without a path' };

/** The address of a CDN: scheme and host. */
export const cdnSchema = z.string(CDN).regex(/^https?:\/\/[^/\s?#@]+$/, CDN);

/** A key of a file's metadata (docs/uploadcare-api.md 4). */
export const metadataKeySchema = z
  .string({ error: 'a metadata key' })
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9_.:-]{1,64}$/, { error: METADATA_KEY });

/** Keys and values of a file's metadata. */
export const metadataSchema = z
  .record(
    metadataKeySchema,
    z
      .string({ error: METADATA_VALUE })
      .min(1, { error: METADATA_VALUE })
      .max(MAX_METADATA_VALUE, { error: METADATA_VALUE }),
    { error: 'a block of keys' },
  )
  .refine((given) => Object.keys(given).length <= MAX_METADATA_KEYS, {
    error: `has more than ${MAX_METADATA_KEYS} keys`,
  });

const EXPRESSION = 'a CEL expression in quotes';

/** A CEL expression that ucbulk evaluates for each item, so its value may differ between items. */
export const expressionSchema = z
  .string({ error: EXPRESSION })
  .min(1, { error: EXPRESSION })
  .max(2000, { error: `${EXPRESSION}, of at most 2000 characters` })
  .superRefine((text, context) => {
    const fault = expressionFault(text);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });
