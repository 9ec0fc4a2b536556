import { expect, test } from 'vitest';
import { uploadSignature } from '../../../../src/emulator/auth/upload-auth.ts';
import { pngImage } from '../../../../src/emulator/media/png-image.ts';
import { type Fields, uploadSetup } from '../upload-caller.ts';

const KEY = { UPLOADCARE_PUB_KEY: 'demopublickey' };
const TEXT = { name: 'a b.txt', type: 'text/plain', data: 'hello' };

test('every part becomes a file, by the name of the part', () => {
  const { post, read, info, emulator } = uploadSetup();
  const first = { name: '/tmp/one.txt', type: 'text/plain', data: 'one' };
  const second = { name: 'two.bin', data: Buffer.from([0, 1, 2, 3]) };
  const answer = post('/base/', { ...KEY, UPLOADCARE_STORE: '1', first, second });
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json',
    vary: 'Accept-Encoding, Origin',
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'X-PINGOTHER, X-UC-User-Agent, DNT',
  });
  const uuids = read(answer);
  expect(Object.keys(uuids)).toEqual(['first', 'second']);
  expect(info(uuids.first)).toEqual({
    size: 3,
    total: 3,
    done: 3,
    uuid: uuids.first,
    file_id: uuids.first,
    original_filename: 'one.txt',
    is_image: false,
    is_stored: true,
    image_info: null,
    video_info: null,
    content_info: { mime: { mime: 'text/plain', type: 'text', subtype: 'plain' } },
    is_ready: true,
    filename: 'one.txt',
    mime_type: 'text/plain',
    metadata: {},
  });
  expect(info(uuids.second).mime_type).toBe('application/octet-stream');
  expect(emulator.audit.summary().upload).toMatchObject({ requests: 1, effects: 2, changed: 2 });
});

test('the declared type stays, what was found is in content_info', () => {
  const { upload, info } = uploadSetup();
  const image = {
    width: 31,
    height: 17,
    colour: 0xff8800,
    dpi: [72, 72],
    colorMode: 'RGBA',
  } as const;
  const data = pngImage(image);
  const uuid = upload({ name: 'x.jpg', type: 'application/octet-stream', data });
  expect(info(uuid)).toMatchObject({
    mime_type: 'application/octet-stream',
    is_image: true,
    image_info: { dpi: [72, 72], width: 31, format: 'PNG', height: 17, color_mode: 'RGBA' },
    content_info: { mime: { mime: 'image/png' }, image: { width: 31, height: 17 } },
  });
});

test('a type that is none, or would break out of its JSON, is not taken', () => {
  const { upload, info } = uploadSetup();
  for (const type of ['text/"plain', 'nonsense', 'text/plain\\u0022']) {
    expect(info(upload({ name: 'a.txt', type, data: 'x' })).mime_type).toBe('text/plain');
  }
});

test.each([
  ['1', {}, true],
  ['0', {}, false],
  ['auto', {}, true],
  ['auto', { autostore: false }, false],
  [undefined, {}, true],
  [undefined, { uploadStoreDefault: '0' }, false],
] as const)('store flag %s with %o', (flag, options, isStored) => {
  const { upload, info } = uploadSetup(options);
  const fields: Fields = flag === undefined ? {} : { UPLOADCARE_STORE: flag };
  expect(info(upload(TEXT, fields)).is_stored).toBe(isStored);
});

test('metadata and tags are kept; shorter keys come first, as the service stores them', () => {
  const { upload, info, json } = uploadSetup();
  const uuid = upload(TEXT, {
    'metadata[one_key]': 'ü',
    'metadata[a]': 'x',
    tags: ' B,a,,A',
  });
  expect(JSON.stringify(info(uuid).metadata)).toBe('{"a":"x","one_key":"ü"}');
  expect(info(uuid).tags).toEqual(['b', 'a']);
  expect(json(`/files/${uuid}/`)).toMatchObject({ metadata: { a: 'x' }, tags: ['b', 'a'] });
});

test.each<[Fields, number, string]>([
  [{ UPLOADCARE_PUB_KEY: '' }, 403, 'UPLOADCARE_PUB_KEY is required.'],
  [{ UPLOADCARE_PUB_KEY: 'nobody' }, 403, 'UPLOADCARE_PUB_KEY is invalid.'],
  [KEY, 400, 'Request does not contain files.'],
  [{ ...KEY, x: 'a\0b' }, 400, 'Null characters are not allowed.'],
  [{ ...KEY, 'metadata[]': 'x' }, 400, "File's metadata key can not be empty."],
  [
    { ...KEY, 'metadata[a b]': 'x' },
    400,
    "File's metadata key `a b` contains symbols not allowed by the metadata key format.",
  ],
  [
    { ...KEY, [`metadata[${'k'.repeat(65)}]`]: 'x' },
    400,
    `Length of file metadata key \`${'k'.repeat(65)}\` can not be more than 64 symbols.`,
  ],
  [{ ...KEY, 'metadata[k]': '' }, 400, 'Value of the file metadata key `k` can not be empty.'],
  [
    { ...KEY, 'metadata[k]': 'v'.repeat(513) },
    400,
    "Value of file metadata's key `k` can not be more than 512 symbols in length.",
  ],
  [
    {
      ...KEY,
      ...Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`metadata[k${n}]`, 'v'])),
    },
    400,
    'A file can not have more than 50 metadata keys.',
  ],
  [
    { ...KEY, tags: Array.from({ length: 51 }, (_, n) => `t${n}`).join(',') },
    400,
    'Too many tags: 51 (max 50).',
  ],
])('%o is refused', (fields, status, words) => {
  const { post, said, read } = uploadSetup();
  const answer = post('/base/', fields);
  expect(said(answer)).toEqual([status, words]);
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  const asJson = post('/base/?jsonerrors=1', fields);
  expect(asJson).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
  expect(read(asJson).error).toMatchObject({ content: words, status_code: status });
});

test('a key of metadata that comes twice, and a body that is no form, are refused', () => {
  const { said, emulator } = uploadSetup();
  const send = (type: string, body: string) =>
    said(
      emulator.handle({
        method: 'POST',
        target: '/base/',
        headers: { 'content-type': type },
        body,
      }),
    );
  const twice = 'UPLOADCARE_PUB_KEY=demopublickey&metadata%5Bk%5D=1&metadata%5Bk%5D=2';
  expect(send('application/x-www-form-urlencoded', twice)).toEqual([
    400,
    "File's metadata key `k` has a duplicate.",
  ]);
  expect(send('multipart/form-data; boundary=x', 'garbage')).toEqual([
    400,
    'HTTP POST request parsing failed.',
  ]);
  expect(send('application/json', '{}')).toEqual([403, 'UPLOADCARE_PUB_KEY is required.']);
});

test('errors are JSON for who accepts JSON, with the code the vendor’s client reads', () => {
  const { post, read } = uploadSetup({ uploadRefusal: 'AccountLimitsExceededError' });
  const answer = post('/base/', { ...KEY, file: TEXT }, { accept: 'application/json' });
  expect(read(answer)).toEqual({
    error: {
      content: 'Account has reached its limits.',
      status_code: 403,
      error_code: 'AccountLimitsExceededError',
    },
  });
});

test('a method a path does not have is named', () => {
  const { get, said } = uploadSetup();
  expect(said(get('/base/'))).toEqual([405, 'HTTP method GET is not allowed for /base/']);
});

test('both APIs share the project’s rate', () => {
  const { post, call, said, clock } = uploadSetup({ throttle: { perSecond: 1, burst: 2 } });
  expect(call('/project/').status).toBe(200);
  expect(post('/base/', { ...KEY, file: TEXT }).status).toBe(200);
  const refused = post('/base/', { ...KEY, file: TEXT });
  expect(said(refused)).toEqual([429, 'Request was throttled.']);
  expect(refused.headers).toMatchObject({
    'retry-after': '1',
    'content-type': 'text/plain; charset=utf-8',
  });
  expect(call('/project/').status).toBe(429);
  clock.ms += 1000;
  expect(post('/base/', { ...KEY, file: TEXT }).status).toBe(200);
});

test('faults speak the words of the Upload API', () => {
  const { post, said, emulator } = uploadSetup();
  const fault = (kind: object) => {
    emulator.faults.remove();
    emulator.faults.add({ path: '/base/', ...kind } as never);
    return said(post('/base/', { ...KEY, file: TEXT }));
  };
  expect(fault({ fault: { kind: 'throttle' } })).toEqual([429, 'Request was throttled.']);
  expect(fault({ fault: { kind: 'status', status: 500 } })).toEqual([500, 'Internal error.']);
  expect(fault({ fault: { kind: 'unauthorized' } })).toEqual([403, 'Invalid signature.']);
  expect(emulator.projects[0]?.counts().stored).toBe(0);
  expect(fault({ fault: { kind: 'status', status: 502, when: 'after' } })[0]).toBe(502);
  expect(fault({ fault: { kind: 'reset', when: 'after' } })[0]).toBe(0);
  expect(emulator.projects[0]?.counts().stored).toBe(2);
  // The same file twice, since the client could not know: this is what the count is for.
  expect(emulator.creations.repeated()).toMatchObject([{ operation: 'upload', times: 2 }]);
});

test('a signature is the HMAC-SHA256 of the expiry (the vendor’s own vector)', () => {
  expect(uploadSignature('YOUR_SECRET_KEY', '1678361640')).toBe(
    '93b69d086a487fbdfc36172b96a5d7f5afa7cb209e43e5f25890bc037e638584',
  );
});

test('where signing is not demanded a signature is not looked at', () => {
  const { post } = uploadSetup();
  expect(post('/base/', { ...KEY, signature: 'x', expire: '60', file: TEXT }).status).toBe(200);
});

test('where it is, its faults are told apart', () => {
  const { post, said, clock } = uploadSetup({ signedUploads: true });
  const expire = String(clock.ms / 1000 + 60);
  const signature = uploadSignature('demosecretkey', expire);
  const send = (proof: Fields) => said(post('/base/', { ...KEY, ...proof, file: TEXT }));
  expect(send({ signature, expire })[0]).toBe(200);
  expect(send({ expire })).toEqual([400, '`signature` is required.']);
  expect(send({ signature })).toEqual([400, '`expire` is required.']);
  expect(send({ signature, expire: 'soon' })).toEqual([400, '`expire` must be a UNIX timestamp.']);
  expect(send({ signature, expire: '1' })).toEqual([403, 'Invalid signature.']);
  clock.ms += 61_000;
  expect(send({ signature, expire })).toEqual([403, 'Expired signature.']);
});

test('bytes beyond what may be kept are counted and forgotten', () => {
  const { upload, emulator, info } = uploadSetup({ keepBytes: 6 });
  const [first, second] = [upload(TEXT), upload(TEXT)];
  const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const project = emulator.projects[0];
  expect(project?.original(first)).toEqual({ size: 5, sha256, bytes: Buffer.from('hello') });
  expect(project?.original(second)).toEqual({ size: 5, sha256, bytes: null });
  expect(info(second).size).toBe(5);
});

test('info tells a malformed id from an unknown one', () => {
  const { get, said, upload, call } = uploadSetup();
  const ask = (id: string) => said(get(`/info/?pub_key=demopublickey&file_id=${id}`));
  expect(ask('')).toEqual([400, 'file_id is required.']);
  expect(ask('cat')).toEqual([400, 'file_id is invalid.']);
  expect(ask('00000000-0000-4000-8000-000000000000')).toEqual([404, 'File is not found.']);
  const uuid = upload(TEXT);
  call(`/files/${uuid}/storage/`, { method: 'DELETE' });
  expect(ask(uuid)).toEqual([404, 'File is not found.']);
});
