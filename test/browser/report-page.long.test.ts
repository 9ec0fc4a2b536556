import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPageHtml, readPageAssets } from '../../src/page-data/page-html.ts';
import { axeViolations, closeBrowserAtEnd, LOOKS, openPage } from '../support/browser.ts';
import { CHROMIUM } from '../support/browser-path.ts';
import { HOSTILE_NAMES, richStart } from '../support/page-fixture.ts';
import { openShell } from '../support/run-cli.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

/** Writes a report that has everything. Returns its address. */
async function writeRichReport(): Promise<string> {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const rights = { pictures: ['data:'], asks: 'none' } as const;
  const { html } = createPageHtml(await readPageAssets(), richStart(), rights);
  const path = join(folder, 'report.html');
  writeFileSync(path, html);
  return pathToFileURL(path).href;
}

describe.skipIf(CHROMIUM === null)('an HTML report in Chromium', () => {
  closeBrowserAtEnd();

  test('opens from file://, shows the numbers of the ledger, and asks nobody for anything', async () => {
    const shell = await openShell({ files: 40 });
    shell.emulator.faults.add({
      path: '/files/local_copy/',
      every: 8,
      fault: { kind: 'status', status: 400 },
    });
    shell.write(
      'copy.yaml',
      'version: 1\nname: copy\nsource: { files: {} }\nsteps: [{ uses: copy-local }]\n',
    );
    await shell.ucbulk(['run', 'copy.yaml', '--quiet']);
    const written = await shell.ucbulk(['report', 'latest', '-o', 'report.html']);
    expect(written.stderr).toContain('report.html');
    const { stdout } = await shell.ucbulk(['status', 'latest', '--json']);
    const { counts } = JSON.parse(stdout) as { counts: Record<string, number> };
    const { page, requests, problems } = await openPage();
    const address = pathToFileURL(join(shell.cwd, 'report.html')).href;
    await page.goto(address);
    const shown = await page.locator('.counts b').allTextContents();
    const order = ['done', 'skipped', 'failed', 'in-doubt', 'waiting', 'running', 'pending'];
    expect(shown.map(Number)).toEqual(order.map((state) => counts[state]));
    expect(counts['failed']).toBe(5);
    await page.locator('.counts a', { hasText: 'failed' }).click();
    await page.locator('.row').first().waitFor();
    expect(await page.locator('.row').count()).toBe(5);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(requests.length).toBe(1);
    expect(problems).toEqual([]);
  });

  test('hostile names stay text', async () => {
    const { page, problems } = await openPage();
    const address = await writeRichReport();
    for (const hash of ['#/', '#/run/r1/items', '#/run/r1/gallery']) {
      await page.goto(`${address}${hash}`);
      await page.reload();
      await page.locator('h1').waitFor();
      for (const row of await page.locator('.row').all()) await row.click();
      expect(await page.evaluate('window.broken')).toBeUndefined();
      expect(await page.locator('main script, main img[src=x]').count()).toBe(0);
    }
    expect(problems).toEqual([]);
    await page.goto(`${address}#/run/r1/items`);
    const texts = await page.locator('.what').allTextContents();
    expect(texts[0]).toContain(HOSTILE_NAMES[0]);
    expect(texts[2]).toContain('invoice\\u202efdp.exe');
    expect(texts[3]).toContain('two\\nlines\\u001b[31m.png');
    expect(texts[5]).toContain('half \\ud800 surrogate.png');
  });

  test.each(LOOKS)('axe finds nothing: $width pixels, $colorScheme', async (look) => {
    const { page } = await openPage(look);
    const address = await writeRichReport();
    for (const hash of ['#/', '#/run/r1/items', '#/run/r1/items?key=absent', '#/run/r1/gallery']) {
      await page.goto(`${address}${hash}`);
      await page.reload();
      await page.locator('h1').waitFor();
      for (const row of (await page.locator('.row').all()).slice(-4)) await row.click();
      expect(await axeViolations(page), hash).toEqual([]);
      const isWide = 'document.documentElement.scrollWidth > innerWidth';
      expect(await page.evaluate(isWide), `${hash} is wider than the window`).toBe(false);
    }
  });

  test('axe finds a picture without words', async () => {
    const { page } = await openPage();
    await page.goto(await writeRichReport());
    await page.evaluate('document.querySelector("main").append(new Image())');
    expect((await axeViolations(page)).join()).toContain('image-alt');
  });

  test('dark mode has a dark ground, and print a light one', async () => {
    const { page } = await openPage({ width: 1280, colorScheme: 'dark' });
    await page.goto(await writeRichReport());
    const ground = () => page.evaluate('getComputedStyle(document.body).color') as Promise<string>;
    expect(brightness(await ground())).toBeGreaterThan(180);
    await page.emulateMedia({ media: 'print' });
    expect(brightness(await ground())).toBeLessThan(80);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });

  test('the keyboard goes through the gallery, marks pictures, and saves their list', async () => {
    const { page } = await openPage();
    await page.goto(`${await writeRichReport()}#/run/r1/gallery`);
    await page.locator('.pairs li').first().waitFor();
    const marked = () => page.locator('.pairs li.bad').count();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('b');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('b');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('b');
    expect(await marked()).toBe(1);
    await page.reload();
    await page.locator('.pairs li').first().waitFor();
    expect(await marked()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save their list' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('bad-r1.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString('utf8').split('\r\n');
    expect(lines[0]).toBe('"item","name","picture"');
    expect(lines[1]).toMatch(/^"00000000-0000-4000-8000-000000000002",/);
    expect(lines).toHaveLength(3);
  });
});

/** The brightness of a colour such as `rgb(26, 33, 41)`, from 0 to 255. */
function brightness(color: string): number {
  const parts = (color.match(/\d+(?:\.\d+)?/g) ?? []).slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}
