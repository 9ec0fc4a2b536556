const HTTP_DATE = /^\w{3,9},? .+ GMT$/; // `Date.parse` alone reads "-5" as a day in May

/** `Mon, 05 Nov 2018 13:14:41 GMT` as ms since 1970; null where the text is no such date. */
export function parseHttpDate(text: string | undefined): number | null {
  const ms = HTTP_DATE.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** Ms since 1970 as a Date header has it: whole seconds, GMT. */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
