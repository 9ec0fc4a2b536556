// MIME types by extension. If several extensions have the same type, the last of them in this list is the
// usual extension of the type.
const BY_EXTENSION: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  bmp: 'image/bmp',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  epub: 'application/epub+zip',
  exe: 'application/x-msdownload',
  gif: 'image/gif',
  heic: 'image/heic',
  htm: 'text/html',
  html: 'text/html',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  odp: 'application/vnd.oasis.opendocument.presentation',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rtf: 'application/rtf',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  webm: 'video/webm',
  webp: 'image/webp',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  zip: 'application/zip',
};

const UNKNOWN = 'application/octet-stream';
// The emulator puts MIME types into JSON and headers without escaping. So it accepts only types that consist
// of the characters of a token (RFC 9110).
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

const EXTENSIONS = new Map([
  ...Object.entries(BY_EXTENSION).map(([extension, type]) => [type, extension] as const),
  ['image/vnd.microsoft.icon', 'ico'],
  ['text/rtf', 'rtf'],
  ['text/x-markdown', 'md'],
]);

/** The extension of a file name, in lower case and without the dot. Empty if the name has none. */
export function extensionOfName(name: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** The MIME type that belongs to the extension of a file name. Undefined if the extension is unknown. */
export function mimeTypeOfName(name: string): string | undefined {
  return mimeTypeOfExtension(extensionOfName(name));
}

/** The MIME type of an extension, which must be in lower case. Undefined if the extension is unknown. */
export function mimeTypeOfExtension(extension: string): string | undefined {
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

/** The usual extension of files of a MIME type. Undefined if the type is unknown. */
export function extensionOfType(type: string): string | undefined {
  return EXTENSIONS.get(type);
}

/**
 * A MIME type that a client declared, without parameters such as `charset`. Undefined if the text is not a
 * MIME type.
 */
export function plainMimeType(declared: string | undefined): string | undefined {
  const type = declared?.split(';', 1)[0]?.trim().toLowerCase();
  return type !== undefined && MIME_TYPE.test(type) ? type : undefined;
}

/**
 * Detects the MIME type for `content_info.mime`. The first bytes decide if they show a known type; otherwise
 * the name decides.
 */
export function detectMimeType(head: Buffer, name: string): string {
  const byName = mimeTypeOfName(name);
  const byContent = magicType(head);
  // An Office document is a ZIP file, so its bytes do not show its type. Only its name does.
  if (byContent === 'application/zip') return byName ?? byContent;
  return byContent ?? byName ?? (isText(head) ? 'text/plain' : UNKNOWN);
}

function magicType(head: Buffer): string | undefined {
  const start = head.subarray(0, 16).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(start)) return 'image/gif';
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'image/webp';
  if (start.startsWith('%PDF-')) return 'application/pdf';
  if (start.startsWith('PK\x03\x04')) return 'application/zip';
  if (start.startsWith('OggS')) return 'audio/ogg';
  if (start.startsWith('\x1aE\xdf\xa3')) return 'video/webm';
  if (start.startsWith('ID3')) return 'audio/mpeg';
  if (start.slice(4, 8) === 'ftyp') return brandType(start.slice(8, 12));
  return undefined;
}

function brandType(brand: string): string {
  if (brand === 'avif') return 'image/avif';
  if (brand === 'heic') return 'image/heic';
  return brand === 'qt  ' ? 'video/quicktime' : 'video/mp4';
}

function isText(head: Buffer): boolean {
  return head.length > 0 && !head.subarray(0, 1024).includes(0);
}
