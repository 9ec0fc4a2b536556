import { expect, test } from 'vitest';
import { setup, targetOf, type WireFile, type WirePage } from '../emulator-caller.ts';

const DAY = '2026-05-0';

function bundle(options = {}) {
  const parts = setup({ searchLagMs: 0, ...options });
  const project = parts.emulator.projects[0];
  const add = (name: string, more: object = {}) =>
    project?.addFile({
      name,
      uploadedAt: `${DAY}1T00:00:00Z`,
      storedAt: `${DAY}1T00:00:00Z`,
      ...more,
    }).uuid ?? '';
  const search = (body: object, query = '') => {
    const answer = parts.call(`/files/search/${query}`, { method: 'POST', body });
    return { status: answer.status, json: JSON.parse(String(answer.body)) as WirePage };
  };
  const names = (body: object, query = '') =>
    search({ sort: ['original_filename'], ...body }, query).json.results.map(
      (file) => file.original_filename,
    );
  return { ...parts, add, search, names };
}

test('each condition, alone', () => {
  const { add, names } = bundle();
  const image = {
    isImage: true,
    mimeType: 'image/jpeg',
    contentInfo: { mime: { mime: 'image/jpeg' } },
  };
  const uuid = add('summer.jpg', { ...image, size: 100, tags: ['a', 'b'] });
  add('winter.txt', { size: 200, uploadedAt: `${DAY}2T00:00:00Z`, metadata: { Pet: 'Big Cat' } });
  add('spring.txt', { size: 300, uploadedAt: `${DAY}3T00:00:00Z`, tags: ['b'] });
  for (const [body, expected] of [
    [{ query: 'SUMM' }, ['summer.jpg']],
    [{ query: 'image/jp' }, ['summer.jpg']],
    [{ query: 'big cat' }, ['winter.txt']],
    [{ query: uuid }, ['summer.jpg']],
    [{ query: 'sumner' }, []],
    [{ query: 'sumner', fuzziness: true }, ['summer.jpg']],
    [{ phrase: { original_filename: 'inte' } }, ['winter.txt']],
    [{ phrase: { metadata: 'inte' } }, []],
    [{ exact: { 'metadata[Pet]': ['Dog', 'Big Cat'] } }, ['winter.txt']],
    [{ exact: { detected_mime_type: ['image/jpeg'] } }, ['summer.jpg']],
    [{ exact: { original_filename: ['winter.txt', 'spring.txt'] } }, ['spring.txt', 'winter.txt']],
    [{ datetime_uploaded: { gt: `${DAY}1T00:00:00Z`, lte: `${DAY}2T00:00:00Z` } }, ['winter.txt']],
    [{ size: { gte: 200, lt: 300 } }, ['winter.txt']],
    [{ is_image: false }, ['spring.txt', 'winter.txt']],
    [{ tags: { any: ['A', 'x'] } }, ['summer.jpg']],
    [{ tags: { all: ['b'], none: ['a'] } }, ['spring.txt']],
    [{ query: '.txt', size: { lt: 250 } }, ['winter.txt']],
  ] as const) {
    expect({ body, names: names(body) }).toEqual({ body, names: expected });
  }
});

test('hits carry what matched; pages go by limit and offset', () => {
  const { add, search, json } = bundle();
  for (let number = 0; number < 25; number += 1) add(`report-${10 + number}.pdf`, { size: number });
  const body = { query: 'report', sort: ['-size'] };
  const first = search(body).json;
  expect(Object.keys(first)).toEqual(['next', 'previous', 'total', 'per_page', 'results']);
  expect(first).toMatchObject({ previous: null, total: 25, per_page: 20 });
  expect(first.results[0]).toMatchObject({
    original_filename: 'report-34.pdf',
    highlight: { original_filename: ['<em>report</em>-34.pdf'] },
  });
  const next = json<WirePage>(targetOf(first.next ?? ''), { method: 'POST', body });
  expect(next.results.map((file: WireFile) => file['size'])).toEqual([4, 3, 2, 1, 0]);
  expect(next.next).toBeNull();
  expect(next.previous).toContain('limit=20&offset=0');
});

test('without a sort equal hits come in another order each time', () => {
  const { add, search, clock } = bundle();
  for (let number = 0; number < 40; number += 1) add('same name.txt');
  const order = () => search({ query: 'same' }).json.results.map((file) => file.uuid);
  const first = order();
  clock.ms += 10;
  expect(order()).not.toEqual(first);
});

test('no hit beyond the thousandth', () => {
  const { search } = bundle({ files: 1200 });
  const body = { size: { gte: 0 }, sort: ['size'] };
  expect(search(body, '?limit=100&offset=899').json).toMatchObject({ total: 1200, next: null });
  expect(search(body, '?limit=100&offset=900')).toMatchObject({ status: 400 });
  expect(search(body, '?limit=101').status).toBe(400);
});

test('the index knows of files, changes and removals after 15 seconds', () => {
  const { add, names, call, clock } = bundle({ searchLagMs: undefined });
  const later = () => {
    clock.ms += 15_001;
  };
  const uuid = add('later.txt', { uploadedAt: new Date(clock.ms).toISOString() });
  clock.ms += 14_000;
  expect(names({ query: 'later' })).toEqual([]);
  later();
  expect(names({ query: 'later' })).toEqual(['later.txt']);
  call(`/files/${uuid}/tags/`, { method: 'PUT', body: { tags: ['new'] } });
  expect(names({ tags: { any: ['new'] } })).toEqual([]);
  later();
  expect(names({ tags: { any: ['new'] } })).toEqual(['later.txt']);
  call(`/files/${uuid}/storage/`, { method: 'DELETE' });
  expect(names({ query: 'later' })).toEqual(['later.txt']);
  later();
  expect(names({ query: 'later' })).toEqual([]);
});

test('refusals are by field, nested as the field is', () => {
  const { search, call } = bundle();
  const short = ['Must be at least 4 characters.'];
  for (const [body, json] of [
    [{}, { non_field_errors: expect.any(Array) }],
    [{ sort: ['size'] }, { non_field_errors: expect.any(Array) }],
    [{ query: 'abc' }, { query: short }],
    [{ phrase: { metadata: 'abc' } }, { phrase: { metadata: short } }],
    [{ size: {} }, { size: { non_field_errors: expect.any(Array) } }],
    [{ size: { gt: 'big' } }, { size: { gt: expect.any(Array) } }],
    [{ datetime_uploaded: { gt: 'today' } }, { datetime_uploaded: { gt: expect.any(Array) } }],
    [{ exact: { color: ['red'] } }, { exact: { color: expect.any(Array) } }],
    [{ tags: { any: 'a' } }, { tags: { any: expect.any(Array) } }],
    [{ is_image: 'yes' }, { is_image: expect.any(Array) }],
    [{ is_image: true, sort: ['color'] }, { sort: expect.any(Array) }],
    [
      { phrase: { original_filename: 'abcd' }, exact: { original_filename: ['a'] } },
      { non_field_errors: expect.any(Array) },
    ],
  ] as const) {
    expect(search(body)).toEqual({ status: 400, json });
  }
  const headers = { accept: 'application/vnd.uploadcare-v0.6+json' };
  expect(call('/files/search/', { method: 'POST', body: { query: 'abcd' }, headers }).status).toBe(
    404,
  );
});
