import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/uploadcare-api.md`, 'utf8');
// A citation is `docs/uploadcare-api.md 3.5` or `api 3.5`, often with a second section. Line breaks can split it.
const CITATION =
  /\b(?:api|uploadcare-api\.md)[\s/*]+((?:1[0-5]|[1-9])(?:\.\d+)?b?)\b(?:(?:,| and)[\s/*]+((?:1[0-5]|[1-9])(?:\.\d+)?b?)\b)?/g;

/** Every section that a comment cites, with the file. */
function citations(): { file: string; section: string }[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('api-facts.test.ts'))
      .flatMap((name) => {
        const text = readFileSync(`${ROOT}${folder}/${name}`, 'utf8');
        return [...text.matchAll(CITATION)]
          .flatMap(([, one, two]) => [one, two])
          .filter((section) => section !== undefined)
          .map((section) => ({ file: `${folder}/${name}`, section }));
      }),
  );
}

test('every section of docs/uploadcare-api.md that a comment cites is there', () => {
  const headings = [...PAGE.matchAll(/^##+ (\d+(?:\.\d+)?b?)\.? /gm)].map(([, number]) => number);
  const facts = [...PAGE.matchAll(/\*\*(\d+\.\d+)\*\*/g)].map(([, number]) => number);
  const known = new Set([...headings, ...facts]);
  const cited = citations();
  expect(cited.length).toBeGreaterThan(150);
  expect(cited.filter(({ section }) => !known.has(section))).toEqual([]);
});

test('no comment cites a document that is not in the repository', () => {
  const foreign = /reliability\.md|\brule [WF]\d|contract \d+\.\d/;
  const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' });
  const bad = files.filter((name) => {
    return name.endsWith('.ts') && foreign.test(readFileSync(`${ROOT}src/${name}`, 'utf8'));
  });
  expect(bad).toEqual([]);
});
