// The cut-over after an import from a bucket: the map, redirects, SQL and documents with the old URLs of objects.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { checkOldUrls } from '../../src/report/bucket-address.ts';
import { type MapForm, mapTexts } from '../../src/report/map-texts.ts';
import { noMoveCounts } from '../../src/report/moves.ts';
import { rewriteDocuments } from '../../src/rewrite/rewrite-documents.ts';
import { loadBucketCode } from '../../src/run/open-buckets.ts';
import { readReportedRun } from '../../src/state/read-reported-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { startNginx } from '../support/nginx.ts';
import { requireService } from '../support/require-service.ts';
import { alive, runBench } from '../support/run-bench.ts';

const NGINX = requireService('nginx', 'nginx-light');
const PUBLIC_URL = 'https://img.shop.example/media/';
const env = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};

/** The path of the old URL of each key, as a browser sends it. Null if no URL of a browser leads to the object. */
const PATHS: Readonly<Record<string, string | null>> = {
  'plain.jpg': 'plain.jpg',
  'a b/c+d%20.txt': 'a%20b/c+d%2520.txt',
  'größe/写真.jpg': 'gr%C3%B6%C3%9Fe/%E5%86%99%E7%9C%9F.jpg',
  'what?#.jpg': 'what%3F%23.jpg',
  'back\\slash.jpg': 'back%5Cslash.jpg',
  "it's(1)!*.jpg": "it's(1)!*.jpg",
  'a//b.jpg': 'a//b.jpg',
  // These would lead to the object below, which is another one.
  'x/../dots.txt': null,
  './dots.txt': null,
  'dots.txt': 'dots.txt',
  // A key with the form of a URL or of a UUID is only a key.
  'https://other.example/a.jpg': 'https://other.example/a.jpg',
  '11111111-1111-4111-8111-111111111111': '11111111-1111-4111-8111-111111111111',
};
const KEYS = Object.keys(PATHS);

beforeAll(loadBucketCode);

async function imported(uses: string, bucket: object = { publicUrl: PUBLIC_URL }) {
  const bench = runBench();
  const { buckets } = bench.emulator;
  buckets.create('shop-media');
  for (const key of KEYS) buckets.put('shop-media', `products/${key}`, `text of ${key}`);
  const start = async (more: object) => {
    const place = {
      url: 's3://shop-media/products/',
      endpoint: 'https://upload.uploadcare.com/s3',
      region: 'us-east-1',
      ...more,
    };
    const end = await alive(bench.start({ source: { bucket: place }, steps: [{ uses }] }, { env }));
    const run = await readReportedRun(bench.directory, end.run, createSystemWorld());
    return { end, run };
  };
  const { end, run } = await start(bucket);
  expect(end.counts).toMatchObject({ done: KEYS.length, total: KEYS.length });
  return { bench, run, start };
}

type Run = Awaited<ReturnType<typeof imported>>['run'];

function textOf(run: Run, form: MapForm): string {
  const settings = { oldHosts: [], newHost: null };
  return [...mapTexts(run, form, settings, noMoveCounts())].join('');
}

/** The rows of the map, by the key below the prefix. */
function mapOf(run: Run) {
  const lines = textOf(run, { as: 'ndjson' }).trim().split('\n');
  const rows = lines.map(
    (line) => JSON.parse(line) as Record<'item' | 'newUrl', string> & { oldUrl: string | null },
  );
  return new Map(rows.map((row) => [row.item.replace('products/', ''), row]));
}

async function rewrite(run: Run, text: string, reverse = false) {
  const path = join(run.ledger, '..', 'page.html');
  writeFileSync(path, text);
  const documents = rewriteDocuments(run, {
    paths: [path],
    oldHosts: [],
    newHost: null,
    bucketUrl: undefined,
    to: undefined,
    reverse,
    bareUuids: false,
    dryRun: false,
    backup: null,
    newId: () => 'id',
    signal: new AbortController().signal,
    onMap: () => undefined,
  });
  for await (const { message } of documents) expect(message).toBeNull();
  return readFileSync(path, 'utf8');
}

test.each(['import-url', 'upload'])(
  '%s: map, redirects, SQL and documents have the public URLs of the objects',
  async (uses) => {
    const { run } = await imported(uses);
    const map = mapOf(run);
    const old = (key: string) => (PATHS[key] === null ? null : `${PUBLIC_URL}${PATHS[key]}`);
    expect(Object.fromEntries(KEYS.map((key) => [key, map.get(key)?.oldUrl]))).toEqual(
      Object.fromEntries(KEYS.map((key) => [key, old(key)])),
    );
    expect(new Set([...map.values()].map(({ newUrl }) => newUrl)).size).toBe(KEYS.length);

    const known = KEYS.filter((key) => PATHS[key] !== null);
    const newUrl = (key: string) => map.get(key)?.newUrl ?? '';
    const page = (url: (key: string) => string) =>
      known.map((key) => `<img src="${url(key)}">`).join('\n');
    const before = page((key) => old(key) ?? '');
    const after = page(newUrl);
    expect(await rewrite(run, before)).toBe(after);
    expect(await rewrite(run, after, true)).toBe(before);
    const dots = `<img src="${PUBLIC_URL}x/../dots.txt">`;
    expect(await rewrite(run, dots)).toBe(dots.replace(/https.*txt/, newUrl('dots.txt')));
    const encoded = `<a href="${PUBLIC_URL}a%20b/c%2Bd%2520.txt">`;
    expect(await rewrite(run, encoded)).toBe(`<a href="${newUrl('a b/c+d%20.txt')}">`);

    const sql = textOf(run, {
      as: 'sql',
      sql: {
        table: 'posts',
        column: 'picture',
        dialect: 'ansi',
        type: 'text',
        match: 'whole',
        to: undefined,
      },
    });
    expect(sql).toContain(`${PUBLIC_URL}a%20b/c+d%2520.txt'`);
    expect(sql).toContain(`${PUBLIC_URL}a%20b/c%2Bd%2520.txt'`);
  },
);

test.skipIf(NGINX === null)('nginx leads each public URL to the file of its object', async () => {
  const { run } = await imported('import-url');
  const map = mapOf(run);
  const redirects = { server: 'nginx', to: undefined, onLimit: () => undefined } as const;
  const text = textOf(run, { as: 'redirects', redirects });
  const { objections, redirectOf } = startNginx(NGINX ?? '', text);
  expect(objections).toBe('');
  for (const [key, path] of Object.entries(PATHS)) {
    if (path === null) continue;
    expect([key, await redirectOf(PUBLIC_URL + path)]).toEqual([key, map.get(key)?.newUrl]);
  }
  expect(await redirectOf(`${PUBLIC_URL}a%20b/c%2Bd%2520.txt`)).toBe(
    map.get('a b/c+d%20.txt')?.newUrl,
  );
  expect(await redirectOf(`${PUBLIC_URL}products/plain.jpg`)).toBeNull();
});

test('without publicUrl the map has the keys; a later run with publicUrl has the old URLs', async () => {
  const { bench, run, start } = await imported('import-url', {});
  const keys = mapOf(run);
  expect([...keys.keys()].sort()).toEqual([...KEYS].sort());
  expect([...keys.values()].every(({ oldUrl }) => oldUrl === null)).toBe(true);
  expect(() => checkOldUrls(run)).toThrow(
    'took its items from s3://shop-media/products/, and its job has no `publicUrl`',
  );

  const imports = () => bench.sent.filter(({ target }) => target.startsWith('/from_url/?')).length;
  const before = imports();
  const later = await start({ publicUrl: PUBLIC_URL });
  expect(later.end.counts).toMatchObject({ done: 0, skipped: KEYS.length });
  expect(imports()).toBe(before);
  expect(() => checkOldUrls(later.run)).not.toThrow();
  const { oldUrl, newUrl } = mapOf(later.run).get('plain.jpg') ?? {};
  expect(oldUrl).toBe(`${PUBLIC_URL}plain.jpg`);
  expect(newUrl).toBe(keys.get('plain.jpg')?.newUrl);
});
