import type { EmulatorOptions, EmulatorResponse } from '../../../src/emulator/emulator.ts';
import { setup } from './emulator-caller.ts';

/** A file part of a form. */
export interface FilePart {
  readonly name: string;
  readonly type?: string;
  readonly data: Buffer | string;
}

export type Fields = Record<string, string | FilePart>;

/** Encodes a form as browsers do. */
function formBody(fields: Fields): Buffer {
  const pieces = Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value === 'string') {
      return [`--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`];
    }
    const type = value.type === undefined ? '' : `\r\nContent-Type: ${value.type}`;
    const head = `--edge\r\nContent-Disposition: form-data; name="${name}"; filename="${value.name}"`;
    return [`${head}${type}\r\n\r\n`, value.data, '\r\n'];
  });
  return Buffer.concat([...pieces, '--edge--\r\n'].map((piece) => Buffer.from(piece)));
}

/** An emulator with a hand clock, and short ways to call its Upload API. */
export function uploadSetup(options: EmulatorOptions = {}) {
  const parts = setup(options);
  const { emulator } = parts;
  const post = (
    target: string,
    fields: Fields,
    headers: Record<string, string> = {},
  ): EmulatorResponse =>
    emulator.handle({
      method: 'POST',
      target,
      headers: { 'content-type': 'multipart/form-data; boundary=edge', ...headers },
      body: formBody(fields),
    });
  const get = (target: string, headers: Record<string, string> = {}): EmulatorResponse =>
    emulator.handle({ method: 'GET', target, headers, body: '' });
  const said = (answer: EmulatorResponse): [number, string] => [answer.status, String(answer.body)];
  const read = (answer: EmulatorResponse) => JSON.parse(String(answer.body));
  const upload = (file: FilePart, fields: Fields = {}): string =>
    read(post('/base/', { UPLOADCARE_PUB_KEY: 'demopublickey', ...fields, file })).file;
  const info = (uuid: string) => read(get(`/info/?pub_key=demopublickey&file_id=${uuid}`));
  return { ...parts, post, get, said, read, upload, info };
}
