import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { axeViolations, closeBrowserAtEnd, openPage } from '../support/browser.ts';
import { CHROMIUM } from '../support/browser-path.ts';
import { openShell, type Shell } from '../support/run-cli.ts';

const JOB = `version: 1
name: cut
source: { files: {} }
where: { mime: image/* }
limits: { items: 12 }
steps: [{ uses: addon/remove_bg }]
`;

/** Cuts out some pictures, deletes one original, and writes the gallery. Returns its address. */
async function writeGallery(shell: Shell): Promise<string> {
  shell.write('cut.yaml', JOB);
  const { documents } = await shell.ucbulk(['run', 'cut.yaml', '--yes', '--json']);
  const run = String(documents[0]?.run);
  const items = await shell.ucbulk(['items', run, '--json']);
  const { key } = JSON.parse(items.stdout.split('\n')[0] ?? '') as { key: string };
  const steps = 'steps: [{ uses: delete }]';
  shell.write('delete.yaml', `version: 1\nname: d\nsource: { inline: ["${key}"] }\n${steps}\n`);
  expect((await shell.ucbulk(['run', 'delete.yaml', '--yes'])).code).toBe(0);
  expect((await shell.ucbulk(['report', run, '--format', 'gallery', '-o', 'pairs'])).code).toBe(0);
  return pathToFileURL(join(shell.cwd, 'pairs', 'index.html')).href;
}

describe.skipIf(CHROMIUM === null)('a gallery folder in Chromium', () => {
  closeBrowserAtEnd();

  test('opens from file://, loads only pictures of the CDN, and has a placeholder for a deleted original', async () => {
    const work = { remove_bg: { medianMs: 10, unknownMs: 0 } };
    const shell = await openShell({ files: 60, cdnOrigin: 'self', work });
    const address = await writeGallery(shell);
    const { page, requests, problems } = await openPage();
    await page.goto(address);
    await page.locator('.pairs li').first().waitFor();
    expect(await page.locator('.pairs li').count()).toBe(12);
    for (const frame of await page.locator('.frame').all()) await frame.scrollIntoViewIfNeeded();
    await page.locator('.no-picture').first().waitFor();
    expect(await page.locator('.no-picture').count()).toBe(1);
    const isLoaded = '[...document.images].every((one) => one.complete && one.naturalWidth > 0)';
    while (!(await page.evaluate(isLoaded))) await page.waitForTimeout(100);
    expect(await page.locator('.frame img').count()).toBe(23);
    const asked = requests.filter((url) => !url.startsWith('file:'));
    expect(asked.every((url) => url.startsWith(`${shell.origin}/`) && /preview/.test(url))).toBe(
      true,
    );
    expect(problems.filter((text) => !text.includes('404'))).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
  });

  test('the marks are kept, and b marks the pair that the arrow keys reached', async () => {
    const work = { remove_bg: { medianMs: 10, unknownMs: 0 } };
    const shell = await openShell({ files: 60, cdnOrigin: 'self', work });
    const { page } = await openPage();
    await page.goto(await writeGallery(shell));
    await page.locator('.pairs li').first().waitFor();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'b'])
      await page.keyboard.press(key);
    await page.reload();
    await page.locator('.pairs li').first().waitFor();
    const marked = await page
      .locator('.pairs li')
      .evaluateAll((rows) => rows.map(({ className }) => className.includes('bad')));
    expect(marked.indexOf(true)).toBe(2);
    expect(marked.filter(Boolean)).toHaveLength(1);
  });
});
