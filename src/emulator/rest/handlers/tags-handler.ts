import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { checkTagCount, readTags } from './tag-rules.ts';

/**
 * Answers `GET /files/{uuid}/tags/` (docs/uploadcare-api.md 5). No recording of the real service shows any
 * request for tags, so this file follows the vendor's documentation.
 */
export function fileTags(exchange: Exchange): Answer {
  return { status: 200, body: JSON.stringify({ tags: tagsOf(exchange, fileOf(exchange)) }) };
}

/**
 * Answers `PUT /files/{uuid}/tags/` (docs/uploadcare-api.md 5): replaces all tags. If the file already has
 * exactly these tags, nothing changes.
 */
export function replaceTags(exchange: Exchange): Answer {
  const ref = fileOf(exchange);
  const { tags } = exchange.jsonObject() as { readonly tags?: unknown };
  if (tags === undefined) throw refusals.parameterRequired('tags');
  return write(exchange, ref, readTags('tags', tags));
}

/**
 * Answers `PATCH /files/{uuid}/tags/` (docs/uploadcare-api.md 5): first deletes tags, then adds tags. An
 * empty body is valid.
 */
export function changeTags(exchange: Exchange): Answer {
  const ref = fileOf(exchange);
  const asked = exchange.jsonObject() as { readonly add?: unknown; readonly delete?: unknown };
  const deleted = new Set(readTags('delete', asked.delete ?? []));
  const kept = tagsOf(exchange, ref).filter((tag) => !deleted.has(tag));
  return write(exchange, ref, [...new Set([...kept, ...readTags('add', asked.add ?? [])])]);
}

function write(exchange: Exchange, ref: FileRef, tags: readonly string[]): Answer {
  checkTagCount(tags.length);
  const before = tagsOf(exchange, ref);
  const added = tags.filter((tag) => !before.includes(tag)).sort();
  const deleted = before.filter((tag) => !tags.includes(tag)).sort();
  const isChanged = added.length + deleted.length > 0;
  if (isChanged) {
    exchange.project.searchIndex.note(ref, exchange.now);
    exchange.project.files.change(ref, { tags: JSON.stringify(tags) });
  }
  exchange.record('tags', ref, isChanged);
  return { status: 200, body: JSON.stringify({ tags: tagsOf(exchange, ref), added, deleted }) };
}

// The file whose UUID is in the path. Throws a 404 for a removed file, because its tags can't be read or
// changed (docs/uploadcare-api.md 5).
function fileOf(exchange: Exchange): FileRef {
  const ref = exchange.fileOfPath();
  if (exchange.project.files.describe(ref).removedAt !== null) throw refusals.notFound();
  return ref;
}

function tagsOf({ project }: Exchange, ref: FileRef): string[] {
  return JSON.parse(project.files.describe(ref).tags ?? '[]');
}
