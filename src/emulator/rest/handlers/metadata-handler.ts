import type { FileRef } from '../../files/project-files.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import type { Answer, Exchange } from '../exchange.ts';
import {
  checkMetadataCount,
  checkMetadataKey,
  metadataText,
  readMetadataValue,
} from './metadata-rules.ts';

/** Answers `GET /files/{uuid}/metadata/` (docs/uploadcare-api.md 4). */
export function allMetadata(exchange: Exchange): Answer {
  return { status: 200, body: exchange.project.files.describe(exchange.fileOfPath()).metadata };
}

/** Answers `GET /files/{uuid}/metadata/{key}/` with the value as a JSON string (docs/uploadcare-api.md 4). */
export function metadataValue(exchange: Exchange): Answer {
  const { metadata } = exchange.project.files.describe(exchange.fileOfPath());
  const value = parse(metadata).get(exchange.param(1));
  if (value === undefined) throw refusals.notFound();
  return { status: 200, body: JSON.stringify(value) };
}

/**
 * Answers `PUT /files/{uuid}/metadata/{key}/` (docs/uploadcare-api.md 4): 201 for a new key, 200 for an
 * existing one.
 */
export function setMetadata(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  const key = exchange.param(1);
  checkMetadataKey(key);
  const value = readMetadataValue(key, exchange.json());
  const metadata = truth(exchange, ref);
  const before = metadata.get(key);
  checkMetadataCount(metadata.size + (before === undefined ? 1 : 0));
  if (before !== value) write(exchange, ref, new Map(metadata).set(key, value));
  exchange.record('metadata_set', ref, before !== value, key);
  return { status: before === undefined ? 201 : 200, body: JSON.stringify(value) };
}

/**
 * Answers `DELETE /files/{uuid}/metadata/{key}/` (docs/uploadcare-api.md 4). Assumption: an unknown key gets
 * a 404 (docs/uploadcare-api.md 15.18). No recording of the real service shows this case.
 */
export function deleteMetadata(exchange: Exchange): Answer {
  const ref = exchange.fileOfPath();
  const key = exchange.param(1);
  const metadata = truth(exchange, ref);
  if (!metadata.delete(key)) throw refusals.notFound();
  write(exchange, ref, metadata);
  exchange.record('metadata_delete', ref, true, key);
  return { status: 204, body: '' };
}

function truth({ project }: Exchange, ref: FileRef): Map<string, string> {
  return parse(project.lateMetadata.truth('metadata', ref));
}

function write(exchange: Exchange, ref: FileRef, metadata: ReadonlyMap<string, string>): void {
  const { project, now } = exchange;
  const before = project.lateMetadata.truth('metadata', ref);
  project.searchIndex.note(ref, now);
  const text = metadataText(metadata);
  project.lateMetadata.write('metadata', ref, { text, now });
  exchange.announce('file.info_updated', ref, { metadata: JSON.parse(before) });
}

function parse(metadata: string): Map<string, string> {
  return new Map(Object.entries(JSON.parse(metadata)));
}
