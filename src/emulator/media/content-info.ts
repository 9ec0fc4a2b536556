import { readImageHeader } from './image-header.ts';
import { detectMimeType } from './mime-types.ts';

/** The properties of a file that the service detects. */
export interface DetectedContent {
  /** The type by content and name, independent of the declared one. */
  readonly mimeType: string;
  readonly isImage: boolean;
  /** `content_info` as JSON text in the recorded key order (api 2.1). */
  readonly contentInfo: string;
}

/**
 * Detects the type of a file from its first bytes, and the width and height from an image header.
 */
export function detectContent(head: Buffer, name: string): DetectedContent {
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
    // Not emulated: data of the camera.
    orientation: null,
    geo_location: null,
    datetime_original: null,
  };
  return { mimeType, isImage: true, contentInfo: JSON.stringify({ mime, image }) };
}
