import { createHmac } from 'node:crypto';
import {
  base,
  fromUrl,
  fromUrlStatus,
  group,
  groupInfo,
  info,
  isReadyPoll,
  multipartComplete,
  multipartStart,
  multipartUpload,
  UploadClient,
  uploadDirect,
  uploadFile,
  uploadFileGroup,
  uploadFromUploaded,
  uploadFromUrl,
  uploadMultipart,
} from '@uploadcare/upload-client';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createEmulator,
  type EmulatorOptions,
  type ListeningEmulator,
} from '../../src/emulator/emulator.ts';

const open: ListeningEmulator[] = [];
const MIB = 1024 ** 2;
const PICTURE = 'https://example.com/pictures/cat.png';

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(signedUploads: boolean, options: EmulatorOptions = {}) {
  const emulator = createEmulator({
    signedUploads,
    urls: { [PICTURE]: { mimeType: 'image/png', size: 9000 } },
    importTiming: { waitingMs: 20, progressMs: 20 },
    cdnOrigin: 'self',
    ...options,
  });
  const server = await emulator.listen();
  open.push(server);
  const expire = String(Math.floor(Date.now() / 1000) + 600);
  const settings = {
    publicKey: 'demopublickey',
    baseURL: server.origin,
    baseCDN: server.origin,
    ...(signedUploads ? { secureSignature: signatureOf(expire), secureExpire: expire } : {}),
  };
  return { emulator, settings, origin: server.origin };
}

function signatureOf(expire: string): string {
  return createHmac('sha256', 'demosecretkey').update(expire).digest('hex');
}

function bytesOf(size: number): Buffer {
  return Buffer.alloc(size, 'The quick brown fox jumps over the lazy dog. ');
}

describe.each([
  ['unsigned', false],
  ['signed', true],
] as const)('%s, the vendor’s client', (_, signedUploads) => {
  test('uploads directly and reads the file back', async () => {
    const { settings, emulator } = await listening(signedUploads);
    const metadata = { subsystem: 'tests', n: '1' };
    const tags = ['a', 'b'];
    const { file } = await base(bytesOf(5000), {
      ...settings,
      fileName: 'fox.txt',
      contentType: 'text/plain',
      store: true,
      metadata,
      tags,
    });
    const read = await info(file, settings);
    expect(read).toMatchObject({
      uuid: file,
      size: 5000,
      isStored: true,
      isReady: true,
      originalFilename: 'fox.txt',
      mimeType: 'text/plain',
      metadata,
      tags,
    });
    expect(emulator.projects[0]?.original(file)?.bytes?.equals(bytesOf(5000))).toBe(true);
    expect(await uploadDirect(bytesOf(10), settings)).toMatchObject({ size: 10, isStored: true });
    expect(await uploadFromUploaded(file, settings)).toMatchObject({ uuid: file });
  });

  test('waits until a file is ready', async () => {
    const { settings, emulator } = await listening(signedUploads, { processingMs: 60_000 });
    const { file } = await base(bytesOf(10), settings);
    expect((await info(file, settings)).isReady).toBe(false);
    emulator.clock.advance(60_000);
    expect((await isReadyPoll(file, settings)).isReady).toBe(true);
  });

  test('uploads in parts, step by step and at once', async () => {
    const { settings, emulator } = await listening(signedUploads);
    const data = bytesOf(11 * MIB);
    const { uuid, parts } = await multipartStart(data.length, {
      ...settings,
      fileName: 'large.txt',
      contentType: 'text/plain',
    });
    expect(parts).toHaveLength(3);
    for (const [index, url] of parts.entries()) {
      const part = data.subarray(index * 5 * MIB, (index + 1) * 5 * MIB);
      expect(await multipartUpload(part, url, {})).toEqual({ code: 200 });
    }
    expect(await multipartComplete(uuid, settings)).toMatchObject({ uuid, size: data.length });
    await expect(multipartComplete(uuid, settings)).rejects.toMatchObject({
      message: 'File is already uploaded.',
      code: 'MultipartFileAlreadyUploadedError',
    });
    const whole = await uploadMultipart(data, { ...settings, fileName: 'again.txt' });
    expect(whole).toMatchObject({ size: data.length, originalFilename: 'again.txt' });
    expect(emulator.projects[0]?.original(whole.uuid)?.bytes?.equals(data)).toBe(true);
  });

  test('imports from a URL and polls', async () => {
    const importTiming = { waitingMs: 1500, progressMs: 20 };
    const { settings, emulator } = await listening(signedUploads, { importTiming });
    const answer = await fromUrl(PICTURE, { ...settings, metadata: { from: 'url' } });
    if (answer.type !== 'token') throw new Error(`Not a token: ${JSON.stringify(answer)}`);
    expect(await fromUrlStatus(answer.token, settings)).toEqual({ status: 'waiting' });
    await expect
      .poll(() => fromUrlStatus(answer.token, settings), { timeout: 15_000 })
      .toMatchObject({ status: 'success', originalFilename: 'cat.png', size: 9000 });
    const options = { ...settings, checkForUrlDuplicates: true };
    const first = await uploadFile(PICTURE, options);
    expect(await uploadFile(PICTURE, options)).toMatchObject({ uuid: first.uuid });
    const again = { ...settings, metadata: { from: 'again' } };
    expect(await uploadFromUrl(PICTURE, again)).toMatchObject({ metadata: { from: 'again' } });
    expect(emulator.creations.repeated()).toEqual([]);
    expect(emulator.creations.summary().import).toMatchObject({ made: 3, distinctInputs: 3 });
  });

  test('makes groups', async () => {
    const { settings, emulator } = await listening(signedUploads);
    const files = await Promise.all(
      [1, 2].map(async (size) => (await base(bytesOf(size), settings)).file),
    );
    const made = await group([`${files[1]}/-/resize/10x10/`, files[0] ?? ''], settings);
    expect(made.files.map((file) => [file?.uuid, file?.defaultEffects])).toEqual([
      [files[1], 'resize/10x10/'],
      [files[0], ''],
    ]);
    expect(await groupInfo(made.id, settings)).toEqual(made);
    const uploaded = await uploadFileGroup([bytesOf(3), bytesOf(4)], settings);
    expect(uploaded).toMatchObject({ filesCount: 2, totalSize: 7 });
    const summary = emulator.audit.summary();
    expect(summary.group_create).toMatchObject({ changed: 2, filesChangedMoreThanOnce: 0 });
  });

  test('works through its class too', async () => {
    const { settings } = await listening(signedUploads);
    const client = new UploadClient(settings);
    const file = await client.uploadFile(bytesOf(12), { fileName: 'x.txt' });
    expect(await client.info(file.uuid)).toMatchObject({ originalFilename: 'x.txt' });
    expect(await client.uploadFile(file.uuid)).toMatchObject({ size: 12 });
    expect((await client.uploadFileGroup([file.uuid])).files).toHaveLength(1);
    const large = await client.uploadFile(bytesOf(26 * MIB), { fileName: 'large.txt' });
    expect(large.size).toBe(26 * MIB);
  });

  test('finds its upload under the CDN’s URL', async () => {
    const { settings, origin } = await listening(signedUploads);
    const file = await uploadFile(bytesOf(100), { ...settings, fileName: 'x.txt' });
    expect(file.cdnUrl).toBe(`${origin}/${file.uuid}/`);
    const answer = await fetch(file.cdnUrl);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytesOf(100))).toBe(true);
  });
});

test('a wrong, an old and a missing signature are told apart', async () => {
  const { settings } = await listening(true);
  const upload = (changes: object) => base(bytesOf(1), { ...settings, ...changes });
  const past = String(Math.floor(Date.now() / 1000) - 1);
  await expect(upload({ secureSignature: 'x' })).rejects.toThrow('Invalid signature.');
  await expect(
    upload({ secureSignature: signatureOf(past), secureExpire: past }),
  ).rejects.toMatchObject({ message: 'Expired signature.', code: 'SignatureExpirationError' });
  await expect(upload({ secureSignature: '' })).rejects.toThrow('`signature` is required.');
  await expect(upload({ secureExpire: '' })).rejects.toThrow('`expire` is required.');
});

test('it waits as long as it is told when it is throttled', async () => {
  const { settings, emulator } = await listening(false, {});
  emulator.faults.add({ fault: { kind: 'throttle', retryAfterSeconds: 0 }, times: 1 });
  expect((await base(bytesOf(1), settings)).file).toMatch(/^[0-9a-f-]{36}$/);
  emulator.faults.add({ fault: { kind: 'throttle', retryAfterSeconds: 0 }, times: 2 });
  await expect(base(bytesOf(1), settings)).rejects.toMatchObject({ code: 'RequestThrottledError' });
});

test('it reads why a URL was refused and why an import failed', async () => {
  const { settings } = await listening(false);
  await expect(fromUrl('http://127.0.0.1:1/x', settings)).rejects.toMatchObject({
    message: 'Only public IPs are allowed.',
    code: 'URLHostPrivateIPForbiddenError',
  });
  await expect(fromUrl('https://unknown.example.org/', settings)).rejects.toThrow(
    'Host does not exist.',
  );
  await expect(uploadFile('https://example.com/none.png', settings)).rejects.toMatchObject({
    message: 'HTTP client error: 404.',
    code: 'DownloadFileHTTPClientError',
  });
});
