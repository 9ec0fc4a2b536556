import { fileJson } from '../emulated-file.ts';
import type { Answer, Exchange } from '../exchange.ts';
import type { FileRef } from '../project-files.ts';

/** PUT /files/{uuid}/storage/: a stored file keeps its time, a removed one comes back (contract 3.3). */
export function storeFile(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  storeAndRecord(exchange, ref);
  return fileAnswer(exchange, ref);
}

/** DELETE /files/{uuid}/storage/ (contract 3.4); not recorded: a repeat keeps the first time. */
export function deleteFile(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  deleteAndRecord(exchange, ref);
  return fileAnswer(exchange, ref);
}

/** Stores one file, for the single and the batch form. */
export function storeAndRecord(exchange: Exchange, ref: FileRef): void {
  exchange.record('store', ref, exchange.project.files.store(ref, exchange.now));
}

/** Removes one file, for the single and the batch form. */
export function deleteAndRecord(exchange: Exchange, ref: FileRef): void {
  exchange.record('delete', ref, exchange.project.files.remove(ref, exchange.now));
}

function fileAnswer(exchange: Exchange, ref: FileRef): Answer {
  const file = exchange.project.files.describe(ref);
  return { status: 200, body: fileJson(file, exchange.origins, 'plain') };
}
