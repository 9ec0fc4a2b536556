import type { FileRef } from '../../files/project-files.ts';
import { PROBLEMS, refusals } from '../../protocol/rest-refusals.ts';
import type { Answer, Exchange } from '../exchange.ts';

// The service allows at most 100 items in a batch. Duplicates count too (docs/uploadcare-api.md 3.5 and
// 15.12).
const BATCH_LIMIT = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Answers `PUT /files/storage/` (docs/uploadcare-api.md 3.5): stores up to 100 files. */
export function storeFiles(exchange: Exchange): Answer {
  return batch(exchange, (ref) => exchange.store(ref));
}

/** Answers `DELETE /files/storage/` (docs/uploadcare-api.md 3.5): removes up to 100 files. */
export function deleteFiles(exchange: Exchange): Answer {
  return batch(exchange, (ref) => exchange.remove(ref));
}

function batch(exchange: Exchange, effect: (ref: FileRef) => void): Answer {
  const { files } = exchange.project;
  const { refs, problems } = sortOut(exchange, readList(exchange));
  for (const ref of refs) effect(ref);
  const results = refs
    .map((ref) => ({ ref, uploadedAt: files.uploadedAt(ref), uuid: files.uuidOf(ref) }))
    .sort((a, b) => a.uploadedAt - b.uploadedAt || (a.uuid < b.uuid ? -1 : 1))
    .map(({ ref }) => exchange.fileJson(ref));
  return {
    status: 200,
    body: `{"status":"ok","result":[${results.join(',')}],"problems":${JSON.stringify(problems)}}`,
  };
}

function readList(exchange: Exchange): readonly unknown[] {
  const list = exchange.json();
  if (!Array.isArray(list)) throw refusals.expectedUuidList();
  if (list.length === 0) throw refusals.emptyUuidList();
  if (list.length > BATCH_LIMIT) throw refusals.tooManyUuids(BATCH_LIMIT);
  return list;
}

function sortOut(exchange: Exchange, list: readonly unknown[]) {
  const refs = new Set<FileRef>();
  const problems = new Map<string, string>();
  for (const item of list) {
    // Assumption: an item that is not a string appears in `problems` under its JSON text
    // (docs/uploadcare-api.md 15.12). No recording of the real service shows this case.
    const text = typeof item === 'string' ? item : JSON.stringify(item);
    const uuid = text.toLowerCase();
    const ref = exchange.project.files.find(uuid);
    if (ref !== undefined) refs.add(ref);
    else problems.set(text, UUID.test(uuid) ? PROBLEMS.missing : PROBLEMS.invalid);
  }
  return { refs: [...refs], problems: Object.fromEntries(problems) };
}
