import { decodeHeaderText } from './decode-header-text.ts';

/** A parameter of the header: its name, and its value with or without quotes. */
const PARAMETER = /;\s*([^=;\s"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;

/**
 * Reads the name of a file from the header `Content-Disposition` (RFC 6266). `filename*` has the whole name, so it wins
 * over `filename`, which is only ASCII. Null if the header has no name that can be decoded.
 */
export function dispositionName(header: string): string | null {
  const values = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of header.matchAll(PARAMETER)) {
    values.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain.trim());
  }
  const encoded = /^utf-8'[^']*'(.+)$/i.exec(values.get('filename*') ?? '')?.[1];
  const name = (encoded && decoded(encoded)) || decodeHeaderText(values.get('filename') ?? '');
  const clean = name.replaceAll(/\p{Cc}/gu, '_');
  return clean === '' ? null : clean;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
