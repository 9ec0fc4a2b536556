import type { ImportEnd } from '../upload/url-imports.ts';
import type { ObjectReader } from './object-reader.ts';

/** A saved import that has ended. */
export interface LoadedImport {
  readonly token: string;
  readonly url: string;
  readonly end: ImportEnd;
}

/**
 * Reads an import in the format of `/from_url/status/` (api 11.5), with `token` and `source_url`.
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
