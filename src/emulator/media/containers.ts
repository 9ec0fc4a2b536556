import { crc32 } from 'node:zlib';

const ZIP_LOCAL_HEADER = 0x04034b50;
const ZIP_DIRECTORY_HEADER = 0x02014b50;
const ZIP_END = 0x06054b50;

/** An MP4 file of `size` bytes: the header and one empty box. It has no pictures. */
export function mp4Container(size: number): Buffer {
  const brand = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp42', 'latin1');
  const rest = Buffer.alloc(Math.max(8, size - brand.length));
  rest.writeUInt32BE(rest.length, 0);
  rest.write('free', 4, 'latin1');
  return Buffer.concat([brand, rest]);
}

/** A WebM file of `size` bytes: the header, then zeros. */
export function webmContainer(size: number): Buffer {
  const header = Buffer.from('\x1aE\xdf\xa3\x87\x42\x82\x84webm', 'latin1');
  return padded(header, size);
}

/** An Ogg file of `size` bytes: the header of the first page, then zeros. */
export function oggContainer(size: number): Buffer {
  return padded(Buffer.from('OggS\0\x02', 'latin1'), size);
}

/** An old Word file (`.doc`) of `size` bytes: the magic number, then zeros. */
export function docContainer(size: number): Buffer {
  return padded(Buffer.from('d0cf11e0a1b11ae1', 'hex'), size);
}

/**
 * A valid ZIP file of uncompressed entries. If `size` requires more bytes, an extra entry of zeros fills it
 * up.
 */
export function zipArchive(entries: Readonly<Record<string, string>>, size: number): Buffer {
  const files = Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)] as const);
  const least = zip(files).length;
  const name = 'padding.bin';
  const room = size - least - 76 - 2 * name.length;
  return room < 0 ? zip(files) : zip([...files, [name, Buffer.alloc(room)]]);
}

/** The files inside the smallest valid Word document (`.docx`). */
export const DOCX_ENTRIES = {
  '[Content_Types].xml':
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/octet-stream"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  '_rels/.rels':
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
  'word/document.xml':
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>An emulated document.</w:t></w:r></w:p></w:body></w:document>',
} as const;

function zip(files: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of files) {
    const facts = { name: Buffer.from(name), crc: crc32(data), length: data.length };
    const local = Buffer.concat([zipHeader(ZIP_LOCAL_HEADER, facts, 0), data]);
    locals.push(local);
    directory.push(zipHeader(ZIP_DIRECTORY_HEADER, facts, offset));
    offset += local.length;
  }
  const length = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(ZIP_END, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

// Creates one of the two headers of a ZIP entry: the first is before the entry, the second is in the
// directory at the end of the file. Both have these fields; the second has some more.
function zipHeader(
  signature: number,
  { name, crc, length }: { readonly name: Buffer; readonly crc: number; readonly length: number },
  offset: number,
): Buffer {
  const isLocal = signature === ZIP_LOCAL_HEADER;
  const header = Buffer.alloc(isLocal ? 30 : 46);
  header.writeUInt32LE(signature, 0);
  const facts = isLocal ? 4 : 6;
  header.writeUInt16LE(20, facts);
  if (!isLocal) header.writeUInt16LE(20, 4);
  header.writeUInt32LE(crc, facts + 10);
  header.writeUInt32LE(length, facts + 14);
  header.writeUInt32LE(length, facts + 18);
  header.writeUInt16LE(name.length, facts + 22);
  if (!isLocal) header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

function padded(header: Buffer, size: number): Buffer {
  return Buffer.concat([header, Buffer.alloc(Math.max(0, size - header.length))]);
}
