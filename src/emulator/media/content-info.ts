import { readImageHeader } from './image-header.ts';
import { detectMimeType } from './mime-types.ts';

/** Properties that the service detects in the bytes and the name of a file. */
export interface DetectedContent {
  /** The MIME type that the bytes and the name suggest. The type that the client declared is ignored. */
  readonly mimeType: string;
  readonly isImage: boolean;
  /**
   * The field `content_info` as JSON text. Its keys have the order that recordings of the real service show
   * (docs/uploadcare-api.md 2.1).
   */
  readonly contentInfo: string;
}

/**
 * Detects the type of a file from its first bytes and its name. If the file is an image, also reads its width
 * and height from the header.
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
    // The emulator does not read camera data (EXIF), so these fields are always null.
    orientation: null,
    geo_location: null,
    datetime_original: null,
  };
  return { mimeType, isImage: true, contentInfo: JSON.stringify({ mime, image }) };
}
