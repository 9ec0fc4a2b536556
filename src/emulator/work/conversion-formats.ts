import type { EmulatedFile } from '../core/emulated-file.ts';
import { extensionOfName, extensionOfType, mimeTypeOfExtension } from '../media/mime-types.ts';

const DOCUMENT_FORMATS =
  'bmp csv doc docx dwg dxf enhanced.jpg epub fb2 gif html html5 html5-1page htmlz jpg lit lrf md mobi mp3 pcx pdb png ppt pptx prc ps rb rtf snb svg tcr thumbnail tiff txt txtz xls xlsx';
const IMAGE_FORMATS = 'avif bmp gif ico pcx pdf png ps svg tga thumbnail tiff wbmp webp';
const TEXT_FORMATS =
  'doc docx epub fb2 html htmlz lit lrf mobi odt pdb pdf pml prc rb rtf snb tcr txtz';
const OFFICE_FORMATS = 'doc docx html jpg md odt pdf png rtf thumbnail tiff txt';
const SHEET_FORMATS = 'csv html jpg ods pdf png thumbnail xls xlsx';
const SLIDES_FORMATS = 'html jpg odp pdf png ppt pptx thumbnail';

// The target formats of each source format. Recordings show the lists for pdf and jpg, and that txt can
// become pdf but not jpg (docs/uploadcare-api.md 7.3). The other lists are assumptions.
const FORMATS: Readonly<Record<string, string>> = {
  pdf: DOCUMENT_FORMATS,
  jpg: IMAGE_FORMATS,
  jpeg: IMAGE_FORMATS,
  png: IMAGE_FORMATS.replace('png', 'jpg'),
  gif: IMAGE_FORMATS.replace('gif', 'jpg'),
  bmp: IMAGE_FORMATS.replace('bmp', 'jpg'),
  tiff: IMAGE_FORMATS.replace('tiff', 'jpg'),
  webp: IMAGE_FORMATS.replace('webp', 'jpg'),
  txt: TEXT_FORMATS,
  doc: OFFICE_FORMATS,
  docx: OFFICE_FORMATS,
  odt: OFFICE_FORMATS,
  rtf: OFFICE_FORMATS,
  csv: SHEET_FORMATS,
  xls: SHEET_FORMATS,
  xlsx: SHEET_FORMATS,
  ods: SHEET_FORMATS,
  ppt: SLIDES_FORMATS,
  pptx: SLIDES_FORMATS,
};

// The MIME types of output formats for which `mime-types.ts` has another type or none.
const OUTPUT_TYPES: Readonly<Record<string, string>> = {
  thumbnail: 'image/png',
  ogg: 'video/ogg',
};

const IMAGES = new Set([
  'avif',
  'bmp',
  'gif',
  'ico',
  'jpg',
  'png',
  'svg',
  'tiff',
  'webp',
  'thumbnail',
]);

// Documents with several pages. When one is converted to images, the result is a zip file or a group with one
// image per page.
const PAGED = new Set(['pdf', 'doc', 'docx', 'odt', 'rtf', 'ppt', 'pptx']);

/**
 * The source format of a document. It is the extension of its name if that is a known format, otherwise the
 * format of its MIME type.
 */
export function documentFormat({
  name,
  mimeType,
}: Pick<EmulatedFile, 'name' | 'mimeType'>): string {
  const extension = extensionOfName(name);
  const isFormat = FORMATS[extension] !== undefined || mimeTypeOfExtension(extension) !== undefined;
  if (isFormat) return extension;
  return extensionOfType(mimeType) ?? (extension || (mimeType.split('/')[1] ?? ''));
}

/**
 * The formats to which a format can be converted, in the order that recordings of the real service show.
 * Empty if there are none.
 */
export function targetFormats(format: string): readonly string[] {
  return FORMATS[format]?.split(' ') ?? [];
}

const KNOWN = new Map(
  [...new Set(Object.values(FORMATS).flatMap((formats) => formats.split(' ')))].map(
    (format) => [format, format] as const,
  ),
);

/**
 * Returns the name of a format as a new text. `format` may be a substring of a path, and a substring keeps
 * the whole path in memory.
 */
export function knownFormat(format: string): string {
  return KNOWN.get(format) ?? Buffer.from(format).toString();
}

/** The MIME type of a format. */
export function mimeTypeOf(format: string): string {
  const known = OUTPUT_TYPES[format] ?? mimeTypeOfExtension(format);
  if (known !== undefined) return known;
  return isImageFormat(format) ? `image/${format}` : 'application/octet-stream';
}

export function isImageFormat(format: string): boolean {
  return IMAGES.has(format);
}

/**
 * True if converting a document of this format to an image gives one image per page (docs/uploadcare-api.md
 * 7.1).
 */
export function isPaged(format: string): boolean {
  return PAGED.has(format);
}
