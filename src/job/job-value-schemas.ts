import * as z from 'zod';
import { parseByteSize } from '../core/byte-size.ts';
import { parseDuration } from '../core/duration.ts';
import { isGlob } from '../filters/glob.ts';

// In every schema of a job file, `error` names what was expected: "expected <error>, got …".

const MAX_DURATION_MS = 36_500 * 86_400_000; // a hundred years: longer is a slip of the finger
const MAX_GLOB_LENGTH = 1024;

/** `24h`, `7d10h` → ms. */
export const durationSchema = z
  .string({ error: 'a duration such as 24h or 7d10h' })
  .regex(/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/, { error: 'a duration such as 24h or 7d10h' })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms <= MAX_DURATION_MS) return ms;
    context.addIssue({ code: 'custom', message: 'is longer than a hundred years' });
    return z.NEVER;
  })
  .describe('A duration: 90s, 15m, 24h, 7d, 7d10h');

/** `10MiB`, `4 GB` or plain bytes → bytes. */
export const byteSizeSchema = z
  .union([z.int().min(0), z.string().regex(/^\d+(?:\.\d+)?\s*(?:B|[kKMGT]B|[KMGT]iB)?$/)], {
    error: 'a size such as 10MiB or 4GB, or a number of bytes',
  })
  .transform((size, context) => {
    const bytes = typeof size === 'number' ? size : sizeOf(size);
    if (bytes !== null && Number.isSafeInteger(bytes)) return bytes;
    context.addIssue({
      code: 'custom',
      message: 'is not a size that can be; write e.g. 10MiB or 4GB',
    });
    return z.NEVER;
  })
  .describe('A size: 500, 10kB, 10MB, 10MiB, 4GB');

/** `2024-01-31` (midnight UTC) or `2024-01-31T10:00:00+02:00` → ms since 1970. */
export const instantSchema = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'a date such as 2024-01-31 or 2024-01-31T10:00:00Z',
  })
  .transform((text) => Date.parse(text))
  .describe('A date (midnight UTC) or a date and time with its zone, RFC 3339');

/** A whole number between two bounds; its digits as text will do, so that a variable can give it. */
export function countSchema(min: number, max = Number.MAX_SAFE_INTEGER) {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return z
    .union(
      [
        z.int(),
        z
          .string()
          .regex(/^\d{1,15}$/)
          .transform(Number),
      ],
      {
        error: `a whole number ${bounds}`,
      },
    )
    .pipe(
      z
        .int()
        .min(min, { error: `a whole number ${bounds}` })
        .max(max, { error: `a whole number ${bounds}` }),
    );
}

/** true or false. */
export const flagSchema = z.boolean({ error: 'true or false' });

/** One glob or a list of them → a list. */
export const globsSchema = z
  .union([globSchema(), z.array(globSchema()).min(1).max(100)], {
    error: `a glob such as *.jpg, or a list of globs`,
  })
  .transform((globs) => (typeof globs === 'string' ? [globs] : globs));

function globSchema() {
  return z.string().min(1).max(MAX_GLOB_LENGTH).refine(isGlob);
}

function sizeOf(text: string): number | null {
  try {
    return parseByteSize(text);
  } catch {
    return null;
  }
}
