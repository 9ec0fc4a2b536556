/**
 * Parses an absolute URL; null for any other text. Do not use `URL.canParse` for this. On Node 20, `canParse`
 * returns false for hosts with letters such as `ü` after V8 has optimized it.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
