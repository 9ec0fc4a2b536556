/** The fields of a body that may be a form or JSON (api 9); forms have only strings. */
export function formFields(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(text));
}
