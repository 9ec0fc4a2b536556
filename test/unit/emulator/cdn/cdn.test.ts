import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { frameSeconds, parseCdnPath } from '../../../../src/emulator/cdn/cdn-path.ts';
import { type Picture, scalePicture } from '../../../../src/emulator/cdn/picture.ts';
import { readImageHeader } from '../../../../src/emulator/media/image-header.ts';
import { uploadSetup } from '../upload-caller.ts';

const UUID = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const VIDEO = '2b959c59-9605-4879-946f-08fdb5ea3e9d';
const RED = [200, 20, 20, 255];
const BLUE = [20, 20, 200, 255];

/** A picture whose left half is red and whose right half is blue. */
function halves(width: number, height: number): Picture {
  const line = Array.from({ length: width }, (_, x) => (x < width / 2 ? RED : BLUE)).flat();
  return { width, height, data: Buffer.concat(Array(height).fill(Buffer.from(line))) };
}

function pngOf({ width, height, data }: Picture): Buffer {
  const png = new PNG({ width, height });
  data.copy(png.data);
  return PNG.sync.write(png);
}

function bundle(options = {}) {
  const parts = uploadSetup({ cdnOrigin: 'self', ...options });
  const look = (path: string) => {
    const { status, headers, body } = parts.get(path);
    const type = headers['content-type'] ?? '';
    const { width, height } = readImageHeader(Buffer.from(body), type) ?? {};
    return { status, type, width, height };
  };
  return { ...parts, look };
}

test('an uploaded picture comes smaller, with its own colours', () => {
  const { upload, look, get } = bundle();
  const uuid = upload({ name: 'a.png', type: 'image/png', data: pngOf(halves(400, 200)) });
  expect(look(`/${uuid}/-/preview/100x100/`)).toMatchObject({ width: 100, height: 50 });
  const small = PNG.sync.read(Buffer.from(get(`/${uuid}/-/resize/10x/a.png`).body));
  expect([...small.data.subarray(0, 4)]).toEqual(RED);
  expect([...small.data.subarray(36, 40)]).toEqual(BLUE);
  const asJpeg = get(`/${uuid}/-/format/jpeg/-/resize/80x40/`);
  expect(asJpeg.headers['content-type']).toBe('image/jpeg');
  const { width, height, data } = jpeg.decode(Buffer.from(asJpeg.body));
  expect([width, height]).toEqual([80, 40]);
  expect(Math.abs((data[0] ?? 0) - 200)).toBeLessThan(8);
});

test.each([
  ['-/preview/', 400, 200],
  ['-/preview/4000x4000/', 400, 200],
  ['-/preview/100x20/', 40, 20],
  ['-/resize/x50/', 100, 50],
  ['-/resize/30x30/', 30, 30],
  ['-/resize/800x/', 800, 400],
  ['-/quality/best/-/resize/40x/-/preview/20x20/cat.jpg', 20, 10],
])('sizes: %s', (operations, width, height) => {
  const { upload, look } = bundle();
  const data = jpeg.encode(halves(400, 200), 80).data;
  const uuid = upload({ name: 'a.jpg', type: 'image/jpeg', data });
  expect(look(`/${uuid}/${operations}`)).toEqual({
    status: 200,
    type: 'image/jpeg',
    width,
    height,
  });
});

test('a seeded picture is drawn; what is no picture stays as it is', () => {
  const { emulator, look, get } = bundle({ files: 60 });
  const seeded = Array.from({ length: 60 }, (_, at) => emulator.projects[0]?.seededFile(at));
  const picture = seeded.find((file) => file?.mimeType === 'image/jpeg');
  const { width, height } = look(`/${picture?.uuid}/-/preview/64x64/`);
  expect(Math.max(width ?? 0, height ?? 0)).toBe(64);
  const text = seeded.find((file) => file?.isImage === false && file.mimeType === 'text/plain');
  const original = get(`/${text?.uuid}/`);
  expect(get(`/${text?.uuid}/-/preview/64x64/`).body).toEqual(original.body);
});

test('bad sizes are refused, and tags tell the forms of one file apart', () => {
  const { upload, get, look } = bundle();
  const uuid = upload({ name: 'a.png', type: 'image/png', data: pngOf(halves(4, 4)) });
  for (const bad of ['resize/x', 'resize/cat', 'resize/5001x', 'preview/10x']) {
    expect(look(`/${uuid}/-/${bad}/`).status).toBe(400);
  }
  const tags = ['', '-/resize/2x/', '-/resize/3x/'].map(
    (ops) => get(`/${uuid}/${ops}`).headers['etag'],
  );
  expect(new Set(tags).size).toBe(3);
});

test('a frame of a video is a PNG of its size, and other pictures at other times', () => {
  const { emulator, look, get } = bundle();
  const video = { duration: 90_000, video: [{ width: 320, height: 180 }] };
  emulator.projects[0]?.addFile({ uuid: VIDEO, mimeType: 'video/mp4', contentInfo: { video } });
  emulator.projects[0]?.addFile({ uuid: UUID });
  const frame = { status: 200, type: 'image/png', width: 320, height: 180 };
  expect(look(`/${VIDEO}/videoframe/00:00:05/`)).toEqual(frame);
  expect(look(`/${VIDEO}/videoframe/5.5s/-/preview/32x32/-/format/jpeg/`)).toEqual({
    ...frame,
    type: 'image/jpeg',
    width: 32,
    height: 18,
  });
  const at = (time: string) => String(get(`/${VIDEO}/videoframe/${time}/`).body);
  expect(at('1s')).not.toBe(at('7s'));
  for (const bad of ['5', '00:05', '0:00:05', '00:60:00', '91s', '']) {
    expect(look(`/${VIDEO}/videoframe/${bad}/`).status).toBe(400);
  }
  expect(look(`/${UUID}/videoframe/1s/`).status).toBe(400);
  expect([frameSeconds('01:01:01.5'), frameSeconds('30.5s')]).toEqual([3661.5, 30.5]);
});

test('an import takes the picture that the URL shows', () => {
  const { upload, get, read, info } = bundle({ importTiming: { waitingMs: 0, progressMs: 0 } });
  const uuid = upload({ name: 'a.png', type: 'image/png', data: pngOf(halves(40, 20)) });
  const url = `https://api.uploadcare.com/${uuid}/-/resize/10x/`;
  const { token } = read(get(`/from_url/?pub_key=demopublickey&source_url=${url}`));
  const status = read(get(`/from_url/status/?token=${token}`));
  expect(info(status.uuid).image_info).toMatchObject({ width: 10, height: 5 });
});

test('every project has a CDN host of its own, as the vendor’s clients compute it', () => {
  const { emulator, json, get, read, post } = uploadSetup({
    cdnOrigin: 'project',
    projects: [{}, { publicKey: 'other', secretKey: 'x' }],
  });
  emulator.projects[0]?.addFile({ uuid: UUID, name: 'a.txt' });
  const { original_file_url: link } = json<{ original_file_url: string }>(`/files/${UUID}/`);
  const { host } = new URL(link);
  // The vendor's documentation of its own function has this prefix.
  expect(host).toBe('1s4oyld5dc.ucarecd.net');
  expect(get(`/${UUID}/`, { host }).status).toBe(200);
  expect(get(`/${UUID}/`, { host: 'aaaaaaaaaa.ucarecd.net' }).status).toBe(404);
  const group = read(post('/group/', { pub_key: 'demopublickey', 'files[0]': UUID }));
  expect(group.cdn_url).toBe(`https://${host}/${group.id}/`);
  // Another project may import it from there.
  const asked = `/from_url/?pub_key=other&source_url=${encodeURIComponent(link)}`;
  expect(read(get(asked))).toMatchObject({ type: 'token' });
  expect(emulator.save().projects[0]?.files).toMatchObject([{ original_file_url: link }]);
});

test('paths: operations, a file name, and a file of a group', () => {
  expect(parseCdnPath(`/${UUID}/-/resize/x20/-/a/b/c/photo.jpg`)).toEqual({
    uuid: UUID,
    position: null,
    videoframe: null,
    operations: [
      { name: 'resize', values: ['x20'] },
      { name: 'a', values: ['b', 'c'] },
    ],
  });
  expect(parseCdnPath(`/${UUID}~2/nth/1/-/preview/`)).toMatchObject({
    uuid: `${UUID}~2`,
    position: 1,
    operations: [{ name: 'preview', values: [] }],
  });
  expect(parseCdnPath('/files/')).toBeUndefined();
  expect(scalePicture(halves(2, 1), { width: 2, height: 1 })).toEqual(halves(2, 1));
});

test('a range of an original comes alone; one that the file does not have brings all of it', () => {
  const { emulator } = bundle();
  const { uuid } = emulator.projects[0]!.addFile({ name: 'a.txt', size: 1000 });
  const read = (range: string) => {
    const headers = { host: 'ucarecdn.com', range };
    return emulator.handle({ method: 'GET', target: `/${uuid}/`, headers, body: '' });
  };
  const whole = Buffer.from(read('').body);
  const part = read('bytes=10-19');
  expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 10-19/1000' } });
  expect(Buffer.from(part.body)).toEqual(whole.subarray(10, 20));
  expect(read('bytes=990-2000').headers['content-range']).toBe('bytes 990-999/1000');
  expect(read('bytes=1000-1001')).toMatchObject({ status: 200 });
});
