import type { FileRef } from '../../files/project-files.ts';
import type { Answer, Exchange } from '../exchange.ts';

/**
 * PUT /files/{uuid}/storage/: a stored file keeps its time, a removed one is restored (api 3.3).
 */
export function storeFile(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  exchange.store(ref);
  return fileAnswer(exchange, ref);
}

/** DELETE /files/{uuid}/storage/ (api 3.4); not recorded: a repeat keeps the first time. */
export function deleteFile(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  exchange.remove(ref);
  return fileAnswer(exchange, ref);
}

function fileAnswer(exchange: Exchange, ref: FileRef): Answer {
  return { status: 200, body: exchange.fileJson(ref) };
}

/** GET /files/{uuid}/, also for removed files (api 2.2, 3.2). */
export function fileInfo(exchange: Exchange): Answer {
  return { status: 200, body: exchange.fileJson(exchange.fileOfPath(), exchange.extra()) };
}
