import { expect, test } from 'vitest';
import { type HttpExchange, WireError, type WireResponse } from '../../../src/core/world.ts';
import { fetchPictures, pictureUrls } from '../../../src/page-data/fetch-pictures.ts';
import type { ItemEntry } from '../../../src/page-data/shapes.ts';
import { itemReport } from '../../support/item-report.ts';

const { signal } = new AbortController();

function answer(change: Partial<WireResponse> = {}): WireResponse {
  const headers = { 'content-type': 'image/png' };
  return { status: 200, headers, body: '', bytes: Buffer.from('picture'), ...change };
}

function item(key: string, before: string | null, after: string | null): ItemEntry {
  return { ...itemReport({ key }), name: null, before, after };
}

test('items with a new picture come first, and no URL is fetched twice', () => {
  const items = [
    item('a', 'https://cdn/a/', null),
    item('b', null, null),
    item('c', 'https://cdn/c/', 'https://cdn/new/'),
    item('d', 'https://cdn/d/', 'https://cdn/new/'),
  ];
  expect(pictureUrls(items, 2)).toEqual(['https://cdn/c/', 'https://cdn/new/', 'https://cdn/d/']);
  expect(pictureUrls(items, 0)).toEqual([]);
  expect(pictureUrls(items, 9)).toHaveLength(4);
});

test('a small picture becomes a data URL', async () => {
  const targets: string[] = [];
  const http: HttpExchange = async ({ origin, target }) => {
    targets.push(`${origin}${target}`);
    return answer({ headers: { 'content-type': 'image/webp; charset=x' } });
  };
  const url = 'https://cdn.example.com/u1/-/preview/640x640/';
  const pictures = await fetchPictures([url], { http, signal, maxBytes: 1e6 });
  expect(targets).toEqual(['https://cdn.example.com/u1/-/preview/200x200/']);
  expect(pictures).toEqual({
    [url]: `data:image/webp;base64,${Buffer.from('picture').toString('base64')}`,
  });
});

test('a picture that can not be fetched is null, and the others are there', async () => {
  const answers: Readonly<Record<string, () => WireResponse>> = {
    '/gone/': () => answer({ status: 404 }),
    '/html/': () => answer({ headers: { 'content-type': 'text/html' } }),
    '/none/': () => answer({ headers: {} }),
    '/cut/': () => {
      throw new WireError({ code: 'UND_ERR_SOCKET', phase: 'ambiguous', message: 'cut' });
    },
    '/good/': () => answer(),
  };
  const http: HttpExchange = async ({ target }) => answers[target]?.() ?? answer();
  const urls = [...Object.keys(answers).map((path) => `https://cdn${path}`), 'not a URL'];
  const pictures = await fetchPictures(urls, { http, signal, maxBytes: 1e6 });
  expect(Object.values(pictures).map((picture) => picture !== null)).toEqual([
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
});

test('the pictures together stay below the limit', async () => {
  const http: HttpExchange = async () => answer({ bytes: Buffer.alloc(3000) });
  const urls = Array.from({ length: 50 }, (_, place) => `https://cdn/${place}/`);
  const pictures = await fetchPictures(urls, { http, signal, maxBytes: 30_000 });
  expect(JSON.stringify(pictures).length).toBeLessThanOrEqual(30_000);
  expect(Object.keys(pictures)).toHaveLength(7);
});

test('a stop ends the fetching', async () => {
  const stop = new AbortController();
  let requests = 0;
  const http: HttpExchange = async () => {
    requests += 1;
    stop.abort();
    return answer();
  };
  const urls = Array.from({ length: 50 }, (_, place) => `https://cdn/${place}/`);
  await expect(fetchPictures(urls, { http, signal: stop.signal, maxBytes: 1e6 })).rejects.toThrow();
  expect(requests).toBe(4);
});
