import { z } from 'zod';

/** Parses `2022-10-25T11:11:47.120330Z` to ms since 1970; drops fractions of a ms. */
export const timestamp = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  context.issues.push({ code: 'custom', input: text, message: 'not a time' });
  return z.NEVER;
});
