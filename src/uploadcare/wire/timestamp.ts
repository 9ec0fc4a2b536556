import * as z from 'zod';

/** Parses a time such as `2022-10-25T11:11:47.120330Z`. The result is in ms since 1970, without fractions. */
export const timestamp = z.string().transform((text, context) => {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  context.issues.push({ code: 'custom', input: text, message: 'not a time' });
  return z.NEVER;
});
