import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClassifiedError } from '../../../src/core/failure.ts';
import { checkCursor, firstPageTarget } from '../../../src/uploadcare/list-cursor.ts';

const ORIGIN = 'https://api.uploadcare.com';
const RECORDED =
  '/files/?limit=2&ordering=-datetime_uploaded&from=2022-09-28T15%3A53%3A36.082137%2B00%3A00&offset=0';

function refusal(link: string, origin = ORIGIN): ClassifiedError {
  try {
    checkCursor(link, origin);
  } catch (error) {
    if (error instanceof ClassifiedError) return error;
    throw error;
  }
  throw new Error(`Expected ${link} to be refused`);
}

test('a first page asks for no more than 1,000', () => {
  expect(firstPageTarget({})).toBe('/files/?limit=1000');
  expect(firstPageTarget({ limit: 5000 })).toBe('/files/?limit=1000');
  expect(firstPageTarget({ limit: 0 })).toBe('/files/?limit=1');
});

test('a first page asks for what the query says, escaped', () => {
  const target = firstPageTarget({
    limit: 10,
    ordering: '-datetime_uploaded',
    stored: false,
    removed: true,
    from: '2022-09-28T15:53:36+00:00',
  });
  expect(target).toBe(
    '/files/?limit=10&ordering=-datetime_uploaded&stored=false&removed=true&from=2022-09-28T15%3A53%3A36%2B00%3A00',
  );
});

test('a recorded link is followed byte for byte', () => {
  expect(checkCursor(`${ORIGIN}${RECORDED}`, ORIGIN)).toBe(RECORDED);
});

test('what passed once passes again, from the ledger', () => {
  expect(checkCursor(RECORDED, 'http://127.0.0.1:9999')).toBe(RECORDED);
});

test('odd but legal spelling is left as it is', () => {
  const target = '/files/?from=2021-10-12T06:55:15+00:00&&offset=0&limit=%31';
  expect(checkCursor(`${ORIGIN}${target}`, ORIGIN)).toBe(target);
  expect(checkCursor(`HTTPS://API.uploadcare.com:443${target}`, ORIGIN)).toBe(target);
});

test.each([
  ['another host', `https://evil.example${RECORDED}`],
  ['another scheme', `http://api.uploadcare.com${RECORDED}`],
  ['another port', `https://api.uploadcare.com:8443${RECORDED}`],
  ['a host that only begins alike', `https://api.uploadcare.com.evil.example${RECORDED}`],
  ['a user name that looks like the host', `https://api.uploadcare.com@evil.example${RECORDED}`],
  ['no scheme', `//evil.example${RECORDED}`],
  ['another path', `${ORIGIN}/groups/?limit=1`],
  ['a deeper path', `${ORIGIN}/files/storage/?limit=1`],
  ['a path with dots', `${ORIGIN}/files/../project/?limit=1`],
  ['a path with a parameter', `${ORIGIN}/files/;x/?limit=1`],
  ['an unknown parameter', `${ORIGIN}/files/?limit=1&callback=x`],
  ['an escaped parameter name', `${ORIGIN}/files/?l%69mit=1`],
  ['two queries', `${ORIGIN}/files/?limit=1?offset=0`],
  ['a fragment', `${ORIGIN}/files/?limit=1#x`],
  ['a backslash', 'https://api.uploadcare.com\\@evil.example/files/?limit=1'],
  ['a line break', `${ORIGIN}/files/?limit=1\r\nX-Evil: 1`],
  ['a blank', `${ORIGIN}/files/?limit=1 `],
  ['other letters', `${ORIGIN}/files/?from=é`],
  ['nothing', ''],
  ['no link', 'next'],
])('a link with %s is refused', (_, link) => {
  expect(refusal(link)).toMatchObject({ kind: 'fatal', effect: 'none', code: 'bad_next' });
});

test('a refusal names what was wrong', () => {
  expect(refusal(`https://evil.example${RECORDED}`).message).toMatch(
    /leads away from https:\/\/api\.uploadcare\.com: https:\/\/evil\.example/,
  );
  expect(refusal(`${ORIGIN}/files/?page=2`).message).toContain('the parameter `page`');
});

test('whatever a link is, only this listing is ever asked', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.constantFrom(ORIGIN, '/files/', '?', '&', 'limit=1', '@', '\\', '//', '/../', '%2e', '#'),
  );
  const link = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(link, (text) => {
      let target: string;
      try {
        target = checkCursor(text, ORIGIN);
      } catch (error) {
        expect(error).toBeInstanceOf(ClassifiedError);
        return;
      }
      expect(text.endsWith(target)).toBe(true);
      const url = new URL(target, ORIGIN);
      expect(url.origin).toBe(ORIGIN);
      expect(url.pathname).toBe('/files/');
    }),
    { numRuns: 500 },
  );
});
