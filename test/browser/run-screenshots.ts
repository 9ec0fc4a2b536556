import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { absolutePath, CHROMIUM } from '../support/browser-path.ts';
import { type DemoState, makeDemoState } from './demo-state.ts';

/**
 * `npm run screenshots -- [--out DIR] [--seconds N]`: makes runs on an emulator, and writes a picture of each view of
 * their pages, for wide and narrow windows, light and dark. A person looks at them.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'screenshots' },
    seconds: { type: 'string', default: '60' },
  },
});

const LOOKS = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** A view to take a picture of. `whole`: also of the whole page, not only what the window shows. */
interface View {
  readonly name: string;
  readonly url: string;
  readonly whole?: boolean;
  /** Opens the first item that has this text. */
  readonly open?: string;
  /** Ticks the box with this name. */
  readonly check?: string;
}

async function readRuns(demo: DemoState): Promise<readonly { run: string; jobName: string }[]> {
  const { stdout } = await demo.ucbulk('runs', '--json').ended;
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Writes reports and a gallery. Returns their views. */
async function reportViews(demo: DemoState): Promise<View[]> {
  const runs = await readRuns(demo);
  const find = (name: string) => runs.find(({ jobName }) => jobName === name)?.run ?? '';
  const report = async (name: string, ...flags: string[]) => {
    const { code, stderr } = await demo.ucbulk('report', find(name), ...flags).ended;
    if (code !== 0) throw new Error(stderr);
  };
  await report('copy-to-bucket', '-o', 'working.html');
  await report('delete-expired-uploads', '-o', 'done.html');
  await report('remove-backgrounds', '-o', 'killed.html', '--thumbnails', '20');
  await report('remove-backgrounds', '--format', 'gallery', '-o', 'gallery');
  const url = (path: string) => pathToFileURL(join(demo.folder, path)).href;
  const killed = `${url('killed.html')}#/run/${find('remove-backgrounds')}`;
  return [
    { name: 'report-working', url: url('working.html'), whole: true },
    { name: 'report-done', url: url('done.html'), whole: true },
    { name: 'report-killed', url: url('killed.html'), whole: true },
    { name: 'items', url: `${killed}/items` },
    { name: 'items-failed', url: `${killed}/items?state=failed`, open: 'http_400' },
    { name: 'items-none', url: `${killed}/items?key=absent` },
    { name: 'gallery-folder', url: url('gallery/index.html') },
  ];
}

/** Starts `ucbulk serve`. Returns the views of its page. */
async function liveViews(demo: DemoState): Promise<{ address: string; views: View[] }> {
  const runs = await readRuns(demo);
  const find = (name: string) => runs.find(({ jobName }) => jobName === name)?.run ?? '';
  const server = demo.ucbulk('serve', '--control', '--json');
  const address = await new Promise<string>((resolve) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += String(chunk);
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    };
    server.process.stdout?.on('data', read);
    server.process.stderr?.on('data', read);
  });
  const killed = `${address}#/run/${find('remove-backgrounds')}`;
  const views = [
    { name: 'run-working', url: `${address}#/run/${find('copy-to-bucket')}`, whole: true },
    { name: 'run-killed', url: killed, whole: true },
    { name: 'decide', url: `${killed}/items?state=in-doubt`, open: 'ECONNRESET' },
    { name: 'pictures', url: `${killed}/items?state=done`, check: 'pictures' },
    { name: 'gallery', url: `${killed}/gallery` },
    { name: 'no-run', url: `${address}#/run/20200101-000000-absent` },
  ];
  return { address, views };
}

async function takePictures(views: readonly View[], out: string): Promise<void> {
  const executablePath = absolutePath(CHROMIUM ?? 'chromium');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (const { width, colorScheme } of LOOKS) {
    const viewport = { width, height: width < 500 ? 844 : 900 };
    const page = await browser.newPage({ viewport, colorScheme });
    for (const view of views) {
      await openView(page, view);
      const path = (name: string) => join(out, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: path(view.name) });
      if (view.whole) await page.screenshot({ path: path(`${view.name}-whole`), fullPage: true });
    }
    await page.close();
  }
  await browser.close();
}

async function openView(page: Page, { url, open, check }: View): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url);
  await page.locator('h1, [role=alert]').first().waitFor();
  if (check !== undefined) await page.getByLabel(check).check();
  if (open !== undefined) await page.locator('.row', { hasText: open }).first().click();
  const decide = page.locator('.decide');
  if ((await decide.count()) > 0) await decide.locator('.candidate, .notice').first().waitFor();
  // Pictures of the CDN and plots need a moment.
  await page.waitForTimeout(700);
}

const folder = mkdtempSync(join(tmpdir(), 'ucbulk-screenshots-'));
mkdirSync(values.out, { recursive: true });
const demo = await makeDemoState(folder, Number(values.seconds));
try {
  // The run that works needs some samples for its plots.
  await new Promise((resolve) => setTimeout(resolve, 500 * Number(values.seconds)));
  const reports = await reportViews(demo);
  const { address, views } = await liveViews(demo);
  await takePictures([...views, ...reports], values.out);
  demo.damage();
  await takePictures([{ name: 'runs', url: address }], values.out);
} finally {
  await demo.close();
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`Pictures of each view are in ${values.out}\n`);
