import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPageHtml } from '../../../src/page-data/page-html.ts';

const ASSETS = { script: 'alert(1)', style: 'p{}' };
const START = { mode: 'live', canControl: false, report: null, gallery: null } as const;
const hash = (text: string) => createHash('sha256').update(text).digest('base64');

test('the policy of a page allows its own script and style by their hashes, and nothing else', () => {
  const { html, policy } = createPageHtml(ASSETS, START, { pictures: [], asks: 'none' });
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'sha256-${hash('alert(1)')}'`,
    `style-src 'sha256-${hash('p{}')}'`,
    "img-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(html).toContain(`content="${policy}"`);
});

test('a live page may ask its server, and a gallery may load the files beside it', () => {
  const pictures = ['https://ucarecdn.com'];
  const live = createPageHtml(ASSETS, START, { pictures, asks: 'own' }).policy;
  expect(live).toContain("connect-src 'self'");
  expect(live).toContain('img-src https://ucarecdn.com;');
  const folder = createPageHtml(ASSETS, START, { pictures, asks: 'files' }).policy;
  expect(folder).toContain(" 'self' file:;");
  expect(folder).not.toContain('connect-src');
});

test('data can not end the script element that contains it', () => {
  const gallery = { run: 'r', jobName: '</script><b>', count: 0, files: [], writtenAt: 0 };
  const { html } = createPageHtml(ASSETS, { ...START, gallery }, { pictures: [], asks: 'none' });
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  const json = /id="start">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  expect(JSON.parse(json).gallery.jobName).toBe('</script><b>');
});
