import type { FileRef } from '../../files/project-files.ts';
import type { Answer, Exchange } from '../exchange.ts';

/**
 * Answers `PUT /files/{uuid}/storage/` (docs/uploadcare-api.md 3.3): stores a file. If it was already stored,
 * `datetime_stored` does not change. If it was removed, it is restored.
 */
export function storeFile(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  exchange.store(ref);
  return fileAnswer(exchange, ref);
}

/**
 * Answers `DELETE /files/{uuid}/storage/` (docs/uploadcare-api.md 3.4): removes a file. Assumption: if it was
 * already removed, `datetime_removed` does not change. No recording of the real service shows this case.
 */
export function deleteFile(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  exchange.remove(ref);
  return fileAnswer(exchange, ref);
}

function fileAnswer(exchange: Exchange, ref: FileRef): Answer {
  return { status: 200, body: exchange.fileJson(ref) };
}

/** Answers `GET /files/{uuid}/`, also for a removed file (docs/uploadcare-api.md 2.2 and 3.2). */
export function fileInfo(exchange: Exchange): Answer {
  return { status: 200, body: exchange.fileJson(exchange.fileOfPath(), exchange.extra()) };
}
