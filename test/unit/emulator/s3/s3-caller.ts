import type { EmulatorOptions, EmulatorResponse } from '../../../../src/emulator/emulator.ts';
import { type PlainRequest, S3Signer, type SigningOptions } from '../../../support/s3-signer.ts';
import { uploadSetup } from '../upload-caller.ts';

const ORIGIN = 'https://api.uploadcare.com';
export const BUCKET = 'shop-media';

/** An emulator with a hand clock and one bucket, and short ways to send signed requests to it. */
export function s3Setup(options: EmulatorOptions = {}) {
  const parts = uploadSetup({ buckets: { [BUCKET]: {} }, ...options });
  const { emulator, clock } = parts;
  const signerFor = (keys: Partial<SigningOptions> = {}) =>
    new S3Signer({ ...emulator.buckets.accessKey, endpoint: `${ORIGIN}/s3`, ...keys }, () =>
      clock.now(),
    );
  const send = (
    request: PlainRequest,
    { keys = {}, change = {} }: { keys?: Partial<SigningOptions>; change?: object } = {},
  ): EmulatorResponse =>
    emulator.handle({
      ...signerFor(keys).sign({ bucket: BUCKET, ...request }),
      ...change,
    });
  const list = (query: Record<string, string> = {}) =>
    send({ query: { 'list-type': '2', ...query } });
  const fetchUrl = (url: string): EmulatorResponse =>
    emulator.handle({
      method: 'GET',
      target: url.slice(ORIGIN.length),
      headers: { host: 'api.uploadcare.com' },
      body: '',
    });
  return { ...parts, signerFor, send, list, fetchUrl };
}

/** The status and the code of an answer with an error. */
export function failure({ status, body }: EmulatorResponse): [number, string | undefined] {
  return [status, elements(body, 'Code')[0]];
}

/** The texts of all elements with this name. */
export function elements(xml: string | Buffer, name: string): string[] {
  const found = String(xml).matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'));
  return [...found].map(([, text = '']) => text);
}
