import type { ByteBody, Random } from '../core/world.ts';
import type { Payload } from '../transport/send.ts';

/** A text field of a form. */
export type FormField = readonly [name: string, value: string];

/** A field of a form that contains a file. */
export interface FormFile {
  /** The name of the field; the name of the file is `filename`. */
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: ByteBody;
}

/**
 * Creates the body of a `multipart/form-data` request, with text fields and at most one file. The file is
 * read while the body is sent. If `fields` is a function, it is called for each try.
 */
export function multipartForm(
  fields: readonly FormField[] | (() => Promise<readonly FormField[]>),
  { file, random }: { readonly file?: FormFile; readonly random: Random },
): Payload {
  const boundary = `----ucbulk-${randomText(random)}${randomText(random)}`;
  const contentType = `multipart/form-data; boundary=${boundary}`;
  if (typeof fields !== 'function') return { contentType, bytes: formBody(boundary, fields, file) };
  return { contentType, bytes: async () => formBody(boundary, await fields(), file) };
}

function formBody(
  boundary: string,
  fields: readonly FormField[],
  file: FormFile | undefined,
): ByteBody {
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
  return { size, open };
}

function fieldPart(boundary: string, [name, value]: FormField): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${escapeQuotes(name)}"\r\n\r\n${value}\r\n`;
}

function fileHead(boundary: string, { name, filename, contentType }: FormFile): string {
  const disposition = `form-data; name="${escapeQuotes(name)}"; filename="${escapeQuotes(filename)}"`;
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
  return `--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
}

/**
 * Escapes a name as browsers do. A quote or a line break could otherwise end the header and start another
 * one.
 */
function escapeQuotes(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function randomText(random: Random): string {
  return Math.floor(random() * 36 ** 10)
    .toString(36)
    .padStart(10, '0');
}
