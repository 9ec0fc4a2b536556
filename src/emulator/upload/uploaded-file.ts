import type { EmulatedFile } from '../core/emulated-file.ts';
import type { FileRef } from '../files/project-files.ts';
import { detectContent } from '../media/content-info.ts';
import { plainMimeType } from '../media/mime-types.ts';
import type { UploadAttributes } from './upload-attributes.ts';
import type { UploadExchange } from './upload-exchange.ts';
import type { UploadProject } from './upload-project.ts';

/** A file whose upload or import is complete. */
export interface ArrivedFile {
  readonly uuid: string;
  readonly name: string;
  readonly declaredType: string | undefined;
  readonly size: number;
  /** The first bytes of the file, or all of them. */
  readonly head: Buffer;
  readonly attributes: UploadAttributes;
  /** When the upload or import was complete, in microseconds since 1970. */
  readonly at: number;
}

/** Adds the file to its project, and sends the event `file.uploaded` to the project's webhooks. */
export function addArrivedFile(
  exchange: UploadExchange,
  upload: UploadProject,
  arrived: ArrivedFile,
): FileRef {
  const { project } = upload;
  const { at, attributes } = arrived;
  const found = detectContent(arrived.head, arrived.name);
  const content = {
    name: arrived.name,
    // `mime_type` is the type that the client declared, even if an image was declared as
    // `application/octet-stream`. Only `content_info` has the detected type (recordings
    // `rails.group_api_create_group.v2` and `py.resources.file_upload_with_metadata`).
    mimeType: plainMimeType(arrived.declaredType) ?? found.mimeType,
    size: arrived.size,
    isImage: found.isImage,
    isReady: true,
    contentInfo: found.contentInfo,
  };
  const file: EmulatedFile = {
    uuid: arrived.uuid,
    uploadedAt: at,
    storedAt: attributes.isStored ? at : null,
    removedAt: null,
    ...content,
    variations: 'null',
    metadata: attributes.metadata,
    ...(attributes.tags === undefined ? {} : { tags: attributes.tags }),
    appdata: '{}',
  };
  const { processingMs } = exchange.service;
  const isProcessed = processingMs > 0;
  // A file shows its MIME type before it is ready (recording
  // `py.resources.file_upload_by_url_with_metadata`).
  const ref = project.files.add({ ...file, isReady: !isProcessed }, at);
  if (isProcessed) {
    project.dueTasks.add(at + processingMs * 1000, () => project.files.complete(ref, content));
  }
  const initiator = { type: 'api', requestId: exchange.requestId } as const;
  project.webhooks.announce({ event: 'file.uploaded', ref, at, initiator });
  return ref;
}

/**
 * The file name without folders. Some clients send a path as the name (recording
 * `py.resources.file_upload_big_file`).
 */
export function plainFileName(sent: string): string {
  return sent.replace(/^.*[/\\]/, '');
}
