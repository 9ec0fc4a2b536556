/**
 * Parses an absolute URL. Returns null if the text is not a URL. Do not use `URL.canParse` instead: on Node
 * 20, after the JIT compiler has optimized it, it returns false for hosts with letters such as `ü`.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
