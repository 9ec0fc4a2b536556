import { expect, test } from 'vitest';
import { chooseForm } from '../../../src/cli/report-format.ts';

const choose = (flags: Partial<Parameters<typeof chooseForm>[0]>) =>
  chooseForm({ json: false, thumbnails: 0, ...flags });

test('the ending of the file implies the format', () => {
  const formats = [
    'r.csv',
    'r.ndjson',
    'r.jsonl',
    'r.JSON',
    'r.html',
    'r.htm',
    'r.txt',
    'noending',
  ].map((output) => choose({ output }).format);
  expect(formats).toEqual(['csv', 'ndjson', 'ndjson', 'json', 'html', 'html', 'csv', 'csv']);
  expect(choose({}).format).toBe('csv');
  expect(choose({ json: true }).format).toBe('ndjson');
  expect(choose({ json: true, output: 'r.txt' }).format).toBe('csv');
  expect(choose({ format: 'map', output: 'm.json' })).toEqual({ format: 'map', as: 'json' });
  expect(choose({ format: 'map' })).toEqual({ format: 'map', as: 'csv' });
  const place = { table: 't', column: 'c' };
  expect(choose({ format: 'map', output: 'm.sql', ...place }).as).toBe('sql');
});

test('a format that does not fit the ending of the file is refused', () => {
  const wrong = [
    [{ format: 'csv', output: 'r.html' }, 'is csv, but `r.html` ends with .html'],
    [{ format: 'html', output: 'r.csv' }, 'Name the file with .html or .htm'],
    [{ format: 'json', output: 'r.ndjson' }, 'Name the file with .json'],
    [{ format: 'ndjson', output: 'r.csv' }, '.ndjson or .jsonl'],
    [{ format: 'costs', output: 'r.json' }, 'is csv'],
    [{ format: 'decisions', output: 'r.html' }, 'is csv'],
    [{ format: 'gallery', output: 'r.html' }, 'A gallery is a folder'],
    [{ format: 'map', as: 'redirects', output: 'r.csv' }, 'Choose another name'],
    [{ format: 'map', as: 'csv', output: 'r.sql' }, 'Name the file with .csv'],
    [{ format: 'map', as: 'redirects', output: 'r.html' }, 'is redirects'],
  ] as const;
  for (const [flags, words] of wrong) expect(() => choose(flags)).toThrow(words);
});

test('a report of another format may have any other ending', () => {
  expect(choose({ format: 'map', as: 'redirects', output: 'moved.conf' }).as).toBe('redirects');
  const redirects = { format: 'map', as: 'redirects' } as const;
  expect(choose({ ...redirects, server: 'vercel', output: 'vercel.json' }).as).toBe('redirects');
  expect(choose({ ...redirects, sizes: 'wordpress' }).as).toBe('redirects');
  expect(choose({ ...redirects, server: 'cloudflare', output: 'm.csv' }).as).toBe('redirects');
  expect(() => choose({ ...redirects, server: 'cloudfront', output: 'm.csv' })).toThrow('is json');
  expect(choose({ format: 'gallery', output: 'pictures.2026' }).format).toBe('gallery');
  expect(choose({ format: 'html', output: 'report' }).format).toBe('html');
});

test('flags that do not go together are refused', () => {
  const wrong = [
    [{ state: 'failed', output: 'r.html' }, '--format html takes no --state'],
    [{ thumbnails: 3 }, '--thumbnails needs --format html'],
    [{ format: 'gallery' }, 'add -o DIR'],
    [{ format: 'html', json: true }, '--json prints NDJSON'],
    [{ format: 'map', output: 'm.sql' }, 'needs --table and --column'],
    [{ format: 'map', sizes: 'wordpress' }, '--sizes needs --format map --as redirects'],
    [
      { format: 'map', as: 'redirects', sizes: 'wordpress', server: 'netlify' },
      '--sizes needs --server nginx, apache or cloudfront',
    ],
  ] as const;
  for (const [flags, words] of wrong) expect(() => choose(flags)).toThrow(words);
});
