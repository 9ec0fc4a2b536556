import type { ByteBody, Random } from '../core/world.ts';
import type { Payload } from '../transport/send.ts';

/** The name and text of a form field. */
export type FormField = readonly [name: string, value: string];

/** A file in a form. */
export interface FormFile {
  /** The field's name. */
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/** Makes a `multipart/form-data` body from fields and at most one file, which is streamed. */
export function multipartForm(
  fields: readonly FormField[],
  { file, random }: { readonly file?: FormFile; readonly random: Random },
): Payload {
  const boundary = `----ucbulk-${randomText(random)}${randomText(random)}`;
  const head = Buffer.from(
    fields.map((field) => fieldPart(boundary, field)).join('') +
      (file === undefined ? '' : fileHead(boundary, file)),
  );
  const tail = Buffer.from(`${file === undefined ? '' : '\r\n'}--${boundary}--\r\n`);
  const size = head.length + (file?.bytes.size ?? 0) + tail.length;
  async function* open(): AsyncGenerator<Uint8Array> {
    yield head;
    if (file !== undefined) yield* file.bytes.open();
    yield tail;
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: { size, open } };
}

function fieldPart(boundary: string, [name, value]: FormField): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${escapeQuotes(name)}"\r\n\r\n${value}\r\n`;
}

function fileHead(boundary: string, { name, filename, contentType }: FormFile): string {
  const disposition = `form-data; name="${escapeQuotes(name)}"; filename="${escapeQuotes(filename)}"`;
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
  return `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
}

/** Escapes a name like browsers do, so that it cannot end its header. */
function escapeQuotes(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function randomText(random: Random): string {
  return Math.floor(random() * 36 ** 10)
    .toString(36)
    .padStart(10, '0');
}
