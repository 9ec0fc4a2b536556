import { expect, test } from 'vitest';
import { parseUrl } from '../../../src/core/parse-url.ts';

// Node 20 optimizes `URL.canParse` after some 5,000 calls, and then it refuses this host.
const CALLS = 20_000;

test('a host with letters beyond ASCII is valid, however often URLs were parsed', () => {
  const refused = Array.from({ length: CALLS }, () => parseUrl('https://faß.test/ü')).filter(
    (url) => url === null,
  );
  expect(refused).toEqual([]);
  expect(parseUrl('https://faß.test/ü')?.href).toBe('https://xn--fa-hia.test/%C3%BC');
});

test('a text that is no absolute URL is null', () => {
  expect(parseUrl('/x')).toBe(null);
  expect(parseUrl('https://[x]/')).toBe(null);
});
