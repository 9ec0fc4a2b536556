import type { EmulatorRequest } from '../protocol/emulator-request.ts';
import { UploadRefusal } from '../protocol/upload-refusal.ts';
import { type FormPart, parseMultipart } from './multipart-form.ts';

// Maximum number of fields. It must be high enough for a group of 1,000 files. The number itself is an
// assumption: no recording of the real service shows it.
const FIELD_LIMIT = 2000;

/**
 * The content of a request to the Upload API: the fields of the query and the body, and the files in the
 * body.
 */
export class UploadForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly FormPart[];

  constructor(fields: readonly (readonly [string, string])[], files: readonly FormPart[] = []) {
    this.fields = fields;
    this.files = files;
  }

  /**
   * The value of a field. If the field appears several times, the last value counts. Empty if the request
   * does not have it.
   */
  get(name: string): string {
    return this.fields.findLast(([field]) => field === name)?.[1] ?? '';
  }

  /** The fields whose names have the form `prefix[key]`, in the order of the request. */
  bracketed(prefix: string): { readonly key: string; readonly value: string }[] {
    return this.fields
      .filter(([name]) => name.startsWith(`${prefix}[`) && name.endsWith(']'))
      .map(([name, value]) => ({ key: name.slice(prefix.length + 1, -1), value }));
  }
}

/**
 * Reads the query and the body of a request. Recordings show multipart and urlencoded bodies. A body of
 * another type has no fields.
 */
export function readUploadForm(request: EmulatorRequest): UploadForm {
  const query = fieldsOf(request.target.split('?').slice(1).join('?'));
  const { fields, files } = readBody(request);
  const all = [...query, ...fields];
  if (all.length > FIELD_LIMIT) throw new UploadRefusal('RequestFiledsNumberLimitExceededError');
  if (all.some(([name, value]) => `${name}${value}`.includes('\0'))) {
    throw new UploadRefusal('NullCharactersForbiddenError');
  }
  return new UploadForm(all, files);
}

function readBody(request: EmulatorRequest): {
  fields: readonly (readonly [string, string])[];
  files: readonly FormPart[];
} {
  const type = request.headers['content-type'] ?? '';
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return { fields: fieldsOf(body.toString()), files: [] };
  }
  if (!/^multipart\/form-data\b/i.test(type)) return { fields: [], files: [] };
  const parts = parseMultipart(body, type);
  if (parts === undefined) throw new UploadRefusal('PostRequestParserFailedError');
  return {
    fields: parts
      .filter(({ fileName }) => fileName === undefined)
      .map(({ name, data }) => [name, data.toString('utf8')]),
    files: parts.filter(({ fileName }) => fileName !== undefined),
  };
}

function fieldsOf(text: string): (readonly [string, string])[] {
  return [...new URLSearchParams(text)];
}
