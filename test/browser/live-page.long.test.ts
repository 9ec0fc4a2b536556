import { describe, expect, test } from 'vitest';
import {
  axeViolations,
  closeBrowserAtEnd,
  LOOKS,
  openPage,
  type WatchedPage,
} from '../support/browser.ts';
import { CHROMIUM } from '../support/browser-path.ts';
import { startRedis } from '../support/redis.ts';
import { requireService } from '../support/require-service.ts';
import { openShell, type Shell, untilPrinted } from '../support/run-cli.ts';
import type { Program } from '../support/spawn-program.ts';

const redisServer = requireService('redis-server', 'redis-server');
const JOB = `version: 1
name: mark-all
source: { files: {} }
steps: [{ uses: metadata, with: { set: { seen: "yes" } } }]
limits: { rate: 8 }
`;

/** Starts `ucbulk serve`. Returns the address that it prints. */
async function serve(
  shell: Shell,
  ...flags: string[]
): Promise<{ server: Program; address: string }> {
  const server = shell.start(['serve', ...flags]);
  const [address] = await untilPrinted(server, /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}/);
  return { server, address };
}

/** A shell with many files, and a run that marks a few of them each second. */
async function openWorkingShell(): Promise<{ shell: Shell; run: Program }> {
  const shell = await openShell({ files: 4000 });
  shell.write('job.yaml', JOB);
  const run = shell.start(['run', 'job.yaml', '--yes', '--quiet']);
  return { shell, run };
}

/** Waits until an expression in the page is true. */
async function until(page: WatchedPage['page'], expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) await page.waitForTimeout(100);
}

/** The number of requests that the emulator has received. */
function countRequests({ emulator }: Shell): number {
  return emulator.requestCounts().reduce((sum, { count }) => sum + count, 0);
}

const DONE = `Number(document.querySelector('.counts b')?.textContent.replaceAll(',', '') ?? 0)`;

/** The number of done items in the view of the items. */
const CHIP = `Number(document.querySelectorAll('.chips a')[1]?.textContent.replace(/\\D/g, '') ?? 0)`;

describe.skipIf(CHROMIUM === null)('the live page in Chromium', () => {
  closeBrowserAtEnd();

  test('the numbers move without a reload, and the page asks only its own server', async () => {
    const { shell } = await openWorkingShell();
    const { address } = await serve(shell);
    const { page, requests, problems } = await openPage();
    await page.goto(address);
    await page.locator('.runs a').first().click();
    await until(page, `${DONE} > 0`);
    const before = Number(await page.evaluate(DONE));
    await page.evaluate('window.isSame = true');
    await until(page, `${DONE} > ${before}`);
    expect(await page.evaluate('window.isSame')).toBe(true);
    expect(await page.locator('.phase').textContent()).toBe('working');
    expect(await page.locator('.control').count()).toBe(0);
    const { origin } = new URL(address);
    expect(requests.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('a run that is killed is shown as killed, and its numbers stay', async () => {
    const { shell, run } = await openWorkingShell();
    const { address } = await serve(shell);
    const { page } = await openPage();
    await page.goto(address);
    await page.locator('.runs a').first().click();
    await until(page, `${DONE} > 0`);
    run.process.kill('SIGKILL');
    await until(page, `document.querySelector('.phase').textContent === 'killed'`);
    expect(await page.locator('.notice .command').textContent()).toMatch(/^ucbulk resume /);
    expect(await page.evaluate(DONE)).toBeGreaterThan(0);
    shell.start(['resume', '--yes', '--quiet']);
    await until(page, `document.querySelector('.phase').textContent === 'working'`);
  });

  test('pause stops the requests of a run, and the page says so', async () => {
    const { shell } = await openWorkingShell();
    const { address } = await serve(shell, '--control');
    const { page } = await openPage();
    await page.goto(address);
    await page.locator('.runs a').first().click();
    await until(page, `${DONE} > 0`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await until(page, `document.querySelector('.phase').textContent === 'paused'`);
    await page.locator('.reply', { hasText: 'paused' }).waitFor();
    const requests = countRequests(shell);
    // Each command takes longer than the pause between two requests of a run that works.
    for (let commands = 0; commands < 2; commands += 1) await shell.ucbulk(['status', 'latest']);
    expect(countRequests(shell)).toBe(requests);
    await page.getByRole('button', { name: 'Continue' }).click();
    await until(page, `document.querySelector('.phase').textContent === 'working'`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Yes, stop it' }).click();
    await until(page, `document.querySelector('.phase').textContent === 'interrupted'`);
  });

  test('the page keeps what somebody types while its numbers move', async () => {
    const { shell } = await openWorkingShell();
    const { address } = await serve(shell, '--control');
    const { page } = await openPage();
    await page.goto(address);
    await page.locator('.runs a').first().click();
    await page.getByRole('link', { name: 'Items' }).click();
    await page.locator('[name=rate]').fill('3');
    await page.locator('[name=key]').fill('abc');
    await until(page, `${CHIP} > 0`);
    const before = Number(await page.evaluate(CHIP));
    await until(page, `${CHIP} > ${before}`);
    expect(await page.locator('[name=rate]').inputValue()).toBe('3');
    expect(await page.locator('[name=key]').inputValue()).toBe('abc');
    await page.getByRole('button', { name: 'Set' }).click();
    await page.locator('.reply', { hasText: 'at most 3/s' }).waitFor();
    expect(await page.locator('[name=rate]').inputValue()).toBe('3');
  });

  test.skipIf(redisServer === null)(
    'the workers of a run are in a table as long as they are connected',
    async () => {
      const shell = await openShell({ files: 4000 });
      const { address: redis } = await startRedis(redisServer ?? '');
      shell.write('job.yaml', JOB);
      shell.start(['run', 'job.yaml', '--yes', '--quiet', '--fleet', redis]);
      const worker = shell.start(['worker', '--fleet', redis, '--concurrency', '3']);
      const { address } = await serve(shell);
      const { page, problems } = await openPage();
      await page.goto(address);
      await page.locator('.runs a').first().click();
      await page.locator('.workers tbody tr').waitFor();
      const cells = await page.locator('.workers tbody td').allTextContents();
      expect(cells[0]).toContain(`(${worker.process.pid})`);
      expect(cells[2]).toMatch(/^[0-3] of 3$/);
      expect(cells[3]).toMatch(/^\d+ s ago$/);
      expect(await axeViolations(page)).toEqual([]);
      worker.process.kill('SIGTERM');
      await page.getByText('No worker is connected: the run waits.', { exact: true }).waitFor();
      expect(problems).toEqual([]);
    },
  );

  test('a server that has gone is reported, and the last numbers stay', async () => {
    const { shell } = await openWorkingShell();
    const { server, address } = await serve(shell);
    const { page } = await openPage();
    await page.goto(address);
    await page.locator('.runs a').first().waitFor();
    server.process.kill('SIGKILL');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('does not answer since');
    expect(await page.locator('.runs a').count()).toBe(1);
  });

  test('a decision about an item in doubt is recorded', async () => {
    const work = { remove_bg: { medianMs: 10, unknownMs: 0 } };
    const shell = await openShell({ files: 20, work });
    const path = '/addons/remove_bg/execute/';
    shell.emulator.faults.add({ path, times: 1, fault: { kind: 'reset', when: 'after' } });
    const source = 'source: { files: {} }\nwhere: { mime: image/* }\nlimits: { items: 4 }';
    shell.write(
      'cut.yaml',
      `version: 1\nname: cut\n${source}\nsteps: [{ uses: addon/remove_bg }]\n`,
    );
    await shell.ucbulk(['run', 'cut.yaml', '--yes']);
    const { address } = await serve(shell, '--control');
    const { page } = await openPage();
    await page.goto(address);
    await page.locator('.runs a').first().click();
    await page.getByRole('link', { name: 'Decide them' }).click();
    await page.locator('.row').first().click();
    await page.getByRole('button', { name: 'Skip it' }).click();
    await page.locator('.chips a', { hasText: 'in doubt 0' }).waitFor();
    const { stdout } = await shell.ucbulk(['status', 'latest', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ counts: { skipped: 1, 'in-doubt': 0, done: 3 } });
  });

  test.each(LOOKS)('axe finds nothing: $width pixels, $colorScheme', async (look) => {
    const { shell } = await openWorkingShell();
    const { address } = await serve(shell, '--control');
    const { page } = await openPage(look);
    await page.goto(address);
    await page.locator('.runs a').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.locator('.runs a').first().click();
    await page.locator('.control').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Items' }).click();
    await page.locator('.row').first().click();
    expect(await axeViolations(page)).toEqual([]);
  });
});
