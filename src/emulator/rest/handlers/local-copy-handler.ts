import type { Answer, Exchange } from '../exchange.ts';
import { type CopiedFile, checkCopyable, readCopyFlag, readCopySource } from './copy-source.ts';
import { readMetadata } from './metadata-rules.ts';
import { remoteCopy } from './remote-copy-handler.ts';

interface CopyRequest {
  readonly source?: unknown;
  readonly store?: unknown;
  readonly metadata?: unknown;
}

/**
 * Answers `POST /files/local_copy/` (docs/uploadcare-api.md 3.6) with 201 and a new file. The content of the
 * file becomes known later. A repeated request creates one more copy.
 */
export function localCopy(exchange: Exchange): Answer {
  const asked: CopyRequest = exchange.jsonObject();
  const source = readCopySource(exchange, asked.source);
  const isStored = readCopyFlag('store', asked.store ?? false);
  const metadata = exchange.version === '0.6' ? '{}' : readMetadata(asked.metadata ?? {});
  checkCopyable(source);
  const { project, now } = exchange;
  const copy = project.files.add(
    {
      uuid: project.newUuid(),
      uploadedAt: now,
      storedAt: isStored ? now : null,
      removedAt: null,
      name: source.file.name,
      ...(source.file.urlName === undefined ? {} : { urlName: source.file.urlName }),
      mimeType: 'application/octet-stream',
      size: 0,
      isImage: null,
      isReady: true,
      variations: 'null',
      contentInfo: 'null',
      metadata,
      appdata: '{}',
    },
    now,
  );
  completeLater(exchange, copy, source);
  exchange.record('local_copy', source.ref, true);
  const { uuid } = project.files.describe(copy);
  const location = `${exchange.origins.api}/files/${uuid}/`;
  const body = `{"type":"file","result":${exchange.fileJson(copy)}}`;
  return { status: 201, body, headers: { location } };
}

/**
 * Answers `POST /files/`, which only v0.6 has: a local copy, or a remote copy if the body has a `target`
 * (docs/uploadcare-api.md 3.7).
 */
export function copyFile(exchange: Exchange): Answer {
  const { target } = exchange.jsonObject() as { readonly target?: unknown };
  return target === undefined ? localCopy(exchange) : remoteCopy(exchange);
}

// Fills in the content of the copy when the copying ends. If the copying fails, the copy never gets content.
// A recording of the real service shows such a copy (docs/uploadcare-api.md 3.6).
function completeLater({ project, now, requestId }: Exchange, ref: number, source: CopiedFile) {
  const { duration, outcome } = project.work.plan('local_copy', -ref);
  if (outcome !== 'done' && outcome !== 'lost') return;
  const { mimeType, size, isImage, contentInfo } = source.file;
  project.dueTasks.add(now + duration, (at) => {
    project.files.complete(ref, { mimeType, size, isImage, contentInfo });
    // The emulator does not apply the CDN operations. The copy gets the same content as its source.
    project.host.shareOriginal(source.file.uuid, project.files.uuidOf(ref));
    const initiator = { type: 'api', requestId } as const;
    project.webhooks.announce({ event: 'file.uploaded', ref, at, initiator });
  });
}
