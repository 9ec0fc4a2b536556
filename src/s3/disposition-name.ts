import { decodeHeaderText } from './decode-header-text.ts';

/**
 * Reads the name of a file from the header `Content-Disposition` (RFC 6266). `filename*` has the whole name, so it wins
 * over `filename`, which is only ASCII. Null if the header has no name that can be decoded.
 */
export function dispositionName(header: string): string | null {
  const encoded = /;\s*filename\*=utf-8'[^']*'([^;\s]+)/i.exec(header)?.[1];
  const whole = encoded === undefined ? null : decoded(encoded);
  if (whole !== null) return whole;
  const [, quoted, plain] = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header) ?? [];
  const name = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
  return name === undefined || name === '' ? null : decodeHeaderText(name);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
