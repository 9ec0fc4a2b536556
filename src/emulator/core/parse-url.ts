/**
 * Parses an absolute URL; returns null if the text is none. Never use `URL.canParse` instead: on Node 20, once
 * it is optimized, it returns false for hosts with letters such as `ü`.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
