import { afterEach, expect, test } from 'vitest';
import {
  createEmulator,
  type EmulatorOptions,
  type ServicePorts,
} from '../../../../src/emulator/emulator.ts';
import { ACCEPT } from '../emulator-caller.ts';

const open: { close(): Promise<void> }[] = [];
const HEADERS = { accept: ACCEPT, authorization: 'Uploadcare.Simple demopublickey:demosecretkey' };

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(ports: ServicePorts, options: EmulatorOptions = {}) {
  const emulator = createEmulator({ cdnOrigin: 'self', ...options });
  const server = await emulator.listen(ports);
  open.push(server);
  const file = emulator.projects[0]?.addFile({ name: 'a.txt' }).uuid ?? '';
  const read = async (url: string) => {
    const answer = await fetch(url, { headers: HEADERS });
    return { status: answer.status, text: await answer.text() };
  };
  return { ...server, file, read };
}

test('one port serves REST API, Upload API and CDN', async () => {
  const { origin, origins, file, read } = await listening({});
  expect(origins).toEqual({ rest: origin, upload: origin, cdn: origin });
  const { text } = await read(`${origin}/files/${file}/`);
  expect(JSON.parse(text).original_file_url).toBe(`${origin}/${file}/a.txt`);
  expect((await read(`${origin}/${file}/a.txt`)).status).toBe(200);
  expect((await read(`${origin}/info/?pub_key=demopublickey&file_id=${file}`)).status).toBe(200);
});

test('each may have its own, which knows nothing of the others’ paths but all links', async () => {
  const { origins, origin, file, read } = await listening({
    ports: { rest: 0, upload: 0, cdn: 0 },
  });
  expect(new Set(Object.values(origins)).size).toBe(3);
  expect(origin).toBe(origins.rest);
  const { text } = await read(`${origins.rest}/files/${file}/`);
  expect(JSON.parse(text)).toMatchObject({
    url: `${origins.rest}/files/${file}/`,
    original_file_url: `${origins.cdn}/${file}/a.txt`,
  });
  expect((await read(`${origins.cdn}/${file}/`)).status).toBe(200);
  const info = `/info/?pub_key=demopublickey&file_id=${file}`;
  expect((await read(origins.upload + info)).status).toBe(200);
  expect((await read(origins.rest + info)).status).toBe(404);
  expect((await read(`${origins.rest}/${file}/`)).status).toBe(404);
  expect((await read(`${origins.upload}/files/`)).status).toBe(404);
  expect((await read(`${origins.cdn}/_emulator/`)).status).toBe(200);
});

test('every port has the buckets', async () => {
  const { origins, read } = await listening({ ports: { rest: 0, upload: 0, cdn: 0 } });
  for (const origin of Object.values(origins)) {
    const { status, text } = await read(`${origin}/s3/backup-bucket/a`);
    expect([status, /<Code>(.*?)</.exec(text)?.[1]]).toEqual([400, 'AuthorizationHeaderMalformed']);
  }
});

test('what is left out shares the main port', async () => {
  const { origins } = await listening({ ports: { cdn: 0 } });
  expect(origins.rest).toBe(origins.upload);
  expect(origins.cdn).not.toBe(origins.rest);
});

test('a port that is taken closes what was open already', async () => {
  const { port } = await listening({});
  await expect(createEmulator().listen({ ports: { rest: 0, upload: port } })).rejects.toThrow(
    'EADDRINUSE',
  );
});

test('an upload of more than 100 MB is too large', async () => {
  const { origin } = await listening({});
  const answer = await fetch(`${origin}/base/`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: Buffer.alloc(102 * 1024 ** 2),
  });
  expect([answer.status, await answer.text()]).toEqual([
    413,
    'The size of the request is too large.',
  ]);
});
