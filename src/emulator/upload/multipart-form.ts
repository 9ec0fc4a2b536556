/**
 * A part of a body with the type multipart/form-data (RFC 7578). A part with a file name is a file; a part
 * without one is a field.
 */
export interface FormPart {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Buffer;
}

const CRLF = '\r\n';
// Maximum length of the headers of a part. Browsers send about 200 characters.
const HEADER_LIMIT_BYTES = 16 * 1024;

/** Splits the body of a form into its parts. Returns undefined if the body is incomplete. */
export function parseMultipart(body: Buffer, contentType: string): FormPart[] | undefined {
  const boundary = findBoundary(contentType);
  if (boundary === undefined) return undefined;
  const delimiter = Buffer.from(`${CRLF}--${boundary}`);
  const first = delimiter.subarray(CRLF.length);
  let start = body.indexOf(first);
  if (start < 0) return undefined;
  start += first.length;
  const parts: FormPart[] = [];
  while (!isClosing(body, start)) {
    const end = body.indexOf(delimiter, start);
    const part = end < 0 ? undefined : readPart(body.subarray(start, end));
    if (part === undefined) return undefined;
    parts.push(part);
    start = end + delimiter.length;
  }
  return parts;
}

function findBoundary(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

function isClosing(body: Buffer, at: number): boolean {
  return body.subarray(at, at + 2).toString('latin1') === '--';
}

// Reads the bytes between two boundaries: the rest of the boundary's line, the headers of the part, an empty
// line, and the data.
function readPart(chunk: Buffer): FormPart | undefined {
  const lineEnd = chunk.indexOf(CRLF);
  const headerEnd = chunk.indexOf(`${CRLF}${CRLF}`);
  if (lineEnd < 0 || headerEnd < 0 || headerEnd > HEADER_LIMIT_BYTES) return undefined;
  const headers = readHeaders(chunk.subarray(lineEnd, headerEnd).toString('utf8'));
  const disposition = headers.get('content-disposition') ?? '';
  const name = findParameter(disposition, 'name');
  if (name === undefined) return undefined;
  return {
    name,
    fileName: findExtendedParameter(disposition) ?? findParameter(disposition, 'filename'),
    contentType: headers.get('content-type'),
    data: chunk.subarray(headerEnd + 2 * CRLF.length),
  };
}

function readHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split(CRLF)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

// Finds a parameter in a header of a part. Browsers write a quotation mark in a name as %22, other clients
// write it as \".
function findParameter(header: string, name: string): string | undefined {
  const quoted = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(header)?.[1];
  if (quoted !== undefined) return quoted.replaceAll(/\\(["\\])/g, '$1').replaceAll('%22', '"');
  return new RegExp(`;\\s*${name}=([^\\s;"]+)`, 'i').exec(header)?.[1];
}

// Finds the parameter `filename*=UTF-8''%D0%90.txt` (RFC 5987), which takes precedence over `filename=`.
function findExtendedParameter(header: string): string | undefined {
  const encoded = /;\s*filename\*=utf-8'[^']*'([^\s;]+)/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
