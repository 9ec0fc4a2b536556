import { readImageHeader } from './image-header.ts';
import { detectMimeType } from './mime-types.ts';

/** What the service finds out about a file by looking at it. */
export interface FoundContent {
  /** The type by content and name, whatever was declared. */
  readonly mimeType: string;
  readonly isImage: boolean;
  /** `content_info` as JSON text in the recorded key order (api 2.1). */
  readonly contentInfo: string;
}

/** Looks at a file's beginning; the header of an image gives its true width and height. */
export function lookAtContent(head: Buffer, name: string): FoundContent {
  const mimeType = detectMimeType(head, name);
  const header = readImageHeader(head, mimeType);
  const [type, subtype] = mimeType.split('/', 2);
  const mime = { mime: mimeType, type, subtype };
  if (header === undefined) {
    return { mimeType, isImage: false, contentInfo: JSON.stringify({ mime }) };
  }
  const image = {
    dpi: header.dpi,
    width: header.width,
    format: header.format,
    height: header.height,
    sequence: header.isSequence,
    color_mode: header.colorMode,
    // not emulated: what a camera wrote into the file.
    orientation: null,
    geo_location: null,
    datetime_original: null,
  };
  return { mimeType, isImage: true, contentInfo: JSON.stringify({ mime, image }) };
}
