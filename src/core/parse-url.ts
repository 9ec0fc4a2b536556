/**
 * Parses an absolute URL; null if the text is not an absolute URL. Do not use `URL.canParse` instead: on Node
 * 20, after V8 optimizes the function, it returns false for hosts with letters such as `ü`.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
