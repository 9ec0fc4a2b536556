import type { ImportEnd } from '../upload/url-imports.ts';
import type { ObjectReader } from './object-reader.ts';

/** An import from the loaded JSON. It has already succeeded or failed. */
export interface LoadedImport {
  readonly token: string;
  readonly url: string;
  readonly end: ImportEnd;
}

/**
 * Reads an import in the format of `/from_url/status/` (docs/uploadcare-api.md 11.5), with the additional
 * fields `token` and `source_url`.
 */
export function readImportObject(reader: ObjectReader): LoadedImport {
  const url = reader.field('source_url').optional((value) => value.string()) ?? '';
  return { token: reader.field('token').string(), url, end: readEnd(reader) };
}

function readEnd(reader: ObjectReader): ImportEnd {
  const status = reader.field('status').oneOf(['success', 'error']);
  if (status === 'success') return { kind: 'success', uuid: reader.field('uuid').uuid() };
  const code = reader.field('error_code').optional((value) => value.string());
  return {
    kind: 'error',
    message: reader.field('error').string(),
    code: code ?? 'DownloadFileError',
  };
}
