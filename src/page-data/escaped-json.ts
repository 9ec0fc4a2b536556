/**
 * Formats a value as JSON that may stand in a `<script>` of a page: it contains no `<`, and no line separators that
 * scripts of old browsers do not accept.
 */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
