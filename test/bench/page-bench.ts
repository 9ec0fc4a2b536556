import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { readPageAssets } from '../../src/page-data/page-html.ts';
import { absolutePath, CHROMIUM } from '../support/browser-path.ts';
import { median } from '../support/median.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter } from './cpu/measure-program.ts';
import { createLargeRun, LARGE_RUN } from './scale/large-run.ts';

const MOST_GZIPPED_KB = 50;
const MOST_MEGABYTES = 5;
const MOST_OPEN_SECONDS = 3;

/** Measures the size of the page's bundle, and the HTML report of a large run: its size, and how long it takes to open. */
export async function benchPage(
  { items, rounds }: { readonly items: number; readonly rounds: number },
  report: BenchReport,
): Promise<void> {
  const { script, style } = await readPageAssets();
  const size = (script.length + style.length) / 1000;
  const gzipped = (gzipSync(script).length + gzipSync(style).length) / 1000;
  report.add({ name: 'page: bundle', unit: 'KB', value: size });
  const goal = { atMost: MOST_GZIPPED_KB };
  report.add({ name: 'page: bundle in gzip', unit: 'KB', value: gzipped, goal });
  report.say(`Bundle: ${size.toFixed(0)} KB, ${gzipped.toFixed(0)} KB in gzip.`);
  const meter = createProgramMeter();
  try {
    const state = meter.folder();
    await createLargeRun(state, { files: items, ended: items });
    const path = join(state, 'report.html');
    const args = ['report', LARGE_RUN, '-o', path];
    const { cpuMicros } = await meter.measure(args, { cwd: state, env: { UCBULK_STATE: state } });
    const megabytes = statSync(path).size / 1e6;
    report.add({ name: 'page: report, CPU', unit: 's', value: cpuMicros / 1e6 });
    report.add({
      name: 'page: report, size',
      unit: 'MB',
      value: megabytes,
      goal: { atMost: MOST_MEGABYTES },
    });
    const seconds = CHROMIUM === null ? [] : await timesToOpen(pathToFileURL(path).href, rounds);
    const opened = seconds.length === 0 ? null : median(seconds);
    if (opened !== null) {
      const goal = { atMost: MOST_OPEN_SECONDS };
      report.add({ name: 'page: report, time to open', unit: 's', value: opened, goal });
    }
    report.say(
      `Report of ${items} items: ${megabytes.toFixed(2)} MB, written in ${(cpuMicros / 1e6).toFixed(2)} s of CPU, open in Chromium after ${opened?.toFixed(2) ?? 'an unknown number of'} s.`,
    );
  } finally {
    meter.dispose();
  }
}

/** How long a new window of Chromium takes until it shows the numbers of a report, s. */
async function timesToOpen(url: string, rounds: number): Promise<number[]> {
  const browser = await chromium.launch({
    executablePath: absolutePath(CHROMIUM ?? ''),
    args: ['--no-sandbox'],
  });
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const page = await browser.newPage();
    const start = performance.now();
    await page.goto(url);
    await page.locator('.counts b').first().waitFor();
    seconds.push((performance.now() - start) / 1000);
    await page.close();
  }
  await browser.close();
  return seconds;
}
