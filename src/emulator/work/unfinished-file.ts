import type { EmulatedFile } from '../core/emulated-file.ts';

/**
 * The output file of a conversion that has not ended: it exists, but it is not ready (docs/uploadcare-api.md
 * 7.2).
 */
export function unfinishedFile(parts: {
  readonly uuid: string;
  readonly name: string;
  /** When the conversion started, in microseconds since 1970. */
  readonly now: number;
  readonly isStored: boolean;
}): EmulatedFile {
  return {
    uuid: parts.uuid,
    uploadedAt: parts.now,
    storedAt: parts.isStored ? parts.now : null,
    removedAt: null,
    name: parts.name,
    // If a file is created without a name, its URL ends in `noroot`. If the file gets a name later, the URL
    // does not change (recording `rb.rest_file_list_load`).
    ...(parts.name === '' ? { urlName: 'noroot' } : {}),
    mimeType: '',
    size: 0,
    isImage: null,
    isReady: false,
    variations: 'null',
    contentInfo: 'null',
    metadata: '{}',
    appdata: '{}',
  };
}

/** A file name without its extension. */
export function nameStem(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
