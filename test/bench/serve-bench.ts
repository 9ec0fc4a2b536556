import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ItemsPage, RunPage } from '../../src/page-data/shapes.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { median } from '../support/median.ts';
import { PageClient } from '../support/page-client.ts';
import { environmentFor, type Program, startProgram } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter, type ProgramMeter } from './cpu/measure-program.ts';
import { startWithUnstored } from './unstored-files.ts';

const MOST_MS = 200;
const MOST_RATIO = 1.05;
/** How often each address is asked. */
const TIMES = 15;
/** For how long the CPU of the server is measured, ms. */
const WINDOW_MS = 15_000;
/** Linux counts the CPU of a process in such ticks, ms. */
const TICK_MS = 10;

/** For how long the deletes take at least, s, so that the run still works when all is measured. */
const DELETES_SECONDS = 40;

function deleteJob(files: number): string {
  return `version: 1
name: bench-serve
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [{ uses: delete }]
recheckAfter: 1d
limits: { rate: ${files / 100 / DELETES_SECONDS} }
`;
}
const STORE_JOB = `version: 1
name: bench-serve
source: { files: { stored: false } }
steps: [{ uses: store }]
`;

/** How much is measured. */
interface ServeSizes {
  /** Number of files of the run that is shown. */
  readonly files: number;
  readonly rounds: number;
  /** Number of files of the runs whose CPU is compared. */
  readonly batchFiles: number;
}

/**
 * Measures the page of a large run while the run works: the time of each answer, and the CPU of the server. Then compares
 * the CPU of runs that are shown with that of runs that are not.
 */
export async function benchServe(sizes: ServeSizes, report: BenchReport): Promise<void> {
  const meter = createProgramMeter();
  try {
    await measureAnswers(meter, sizes.files, report);
    await compareRuns(meter, sizes, report);
  } finally {
    meter.dispose();
  }
}

async function measureAnswers(
  meter: ProgramMeter,
  files: number,
  report: BenchReport,
): Promise<void> {
  const emulator = await startWithUnstored(files);
  const cwd = meter.folder();
  writeFileSync(join(cwd, 'job.yaml'), deleteJob(files));
  const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(cwd, 'state') };
  const run = startProgram(['run', 'job.yaml', '--yes', '--quiet'], { cwd, env });
  const serve = startProgram(['serve', '--quiet'], { cwd, env });
  try {
    const client = await openPage(serve);
    const id = await runId(client);
    const status = async () => (await client.json<RunPage>(`/api/runs/${id}`)).status;
    // The run has listed all files, and deletes them.
    while ((await status()).counts.done < files / 10) await sleep(500);
    const stream = client.follow(`/api/events/${id}`);
    report.say(
      `Answers about a run with ${files} files while it deletes them; ${TIMES} of each.\n`,
    );
    report.say('| address | median | longest | goal | |');
    report.say('|---|---|---|---|---|');
    for (const [name, path] of await addresses(client, id)) {
      await measureAddress(client, { name, path, files }, report);
    }
    const live = await cpuShare(serve);
    if (!(await status()).isRunning) throw new Error('The run ended too early: name more --files');
    run.process.kill('SIGKILL');
    await run.ended;
    await sleep(5000);
    const idle = await cpuShare(serve);
    stream.close();
    for (const [what, share] of Object.entries({ live, idle })) {
      report.add({
        name: `serve: ${files} files: CPU of the server, ${what}`,
        unit: '%',
        value: share,
      });
    }
    report.say('');
    report.say(
      `CPU of the server with one tab: ${live.toFixed(1)} % of a core while the run works, ${idle.toFixed(1)} % afterwards`,
    );
  } finally {
    for (const program of [run, serve]) program.process.kill('SIGKILL');
    await Promise.all([run.ended, serve.ended]);
    emulator.stop();
  }
}

async function addresses(client: PageClient, id: string): Promise<[name: string, path: string][]> {
  const items = `/api/runs/${id}/items`;
  const { items: pending } = await client.json<ItemsPage>(`${items}?state=pending`);
  return [
    ['the page', '/'],
    ['runs', '/api/runs'],
    ['run', `/api/runs/${id}`],
    ['items', items],
    ['items, done', `${items}?state=done`],
    ['items, pending', `${items}?state=pending`],
    ['items, failed', `${items}?state=failed`],
    ['item by key', `${items}?key=${pending[99]?.key}`],
    ['item by key, none', `${items}?key=00000000-0000-4000-a000-000000000000`],
    ['gallery', `/api/runs/${id}/gallery`],
  ];
}

async function measureAddress(
  client: PageClient,
  { name, path, files }: { readonly name: string; readonly path: string; readonly files: number },
  report: BenchReport,
): Promise<void> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const startedAt = performance.now();
    const { status } = await client.send(path);
    times.push(performance.now() - startedAt);
    if (status !== 200) throw new Error(`${path} was answered with ${status}`);
  }
  const value = median(times);
  const longest = Math.max(...times);
  const isReached = report.add({
    name: `serve: ${files} files: ${name}`,
    unit: 'ms',
    value,
    range: [Math.min(...times), longest],
    goal: { atMost: MOST_MS },
  });
  const cells = [name, `${value.toFixed(0)} ms`, `${longest.toFixed(0)} ms`, `${MOST_MS} ms`];
  report.say(`| ${[...cells, isReached ? '' : 'MISSED'].join(' | ')} |`);
}

const VARIANTS = ['alone', 'unsampled', 'serve', 'ui'] as const;
const UNSAMPLED = 'test/support/cli-without-samples.ts';

async function compareRuns(
  meter: ProgramMeter,
  { rounds, batchFiles }: ServeSizes,
  report: BenchReport,
): Promise<void> {
  const unsampled = await bundleProgram(UNSAMPLED, { directory: meter.folder() });
  const cpu: Record<(typeof VARIANTS)[number], number[]> = {
    alone: [],
    unsampled: [],
    serve: [],
    ui: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of VARIANTS) {
      cpu[variant].push(await measureRun(meter, { variant, files: batchFiles, unsampled }));
    }
  }
  report.say('');
  report.say(`CPU of a run that stores ${batchFiles} files; medians of ${rounds} rounds.\n`);
  report.say('| run | CPU | times the run alone | goal | |');
  report.say('|---|---|---|---|---|');
  for (const variant of VARIANTS) {
    const name = {
      alone: 'alone',
      unsampled: 'alone, without samples',
      serve: 'shown by `ucbulk serve`, without the server',
      ui: 'with `--ui` and one tab, with the server',
    }[variant];
    const micros = median(cpu[variant]);
    const ratio = median(cpu[variant].map((value, round) => value / (cpu.alone[round] ?? 0)));
    const isReached = report.add({
      name: `serve: CPU of a run, ${variant}`,
      unit: '×',
      value: ratio,
      ...(variant === 'serve' && { goal: { atMost: MOST_RATIO } }),
    });
    const goal = variant === 'serve' ? MOST_RATIO : '';
    const cells = [name, `${(micros / 1e6).toFixed(2)} s`, ratio.toFixed(3), goal];
    report.say(`| ${[...cells, isReached ? '' : 'MISSED'].join(' | ')} |`);
  }
}

/** The CPU of one run, µs. One browser tab shows it, unless the run is alone. */
async function measureRun(
  meter: ProgramMeter,
  order: {
    readonly variant: (typeof VARIANTS)[number];
    readonly files: number;
    readonly unsampled: string;
  },
): Promise<number> {
  const { variant, files, unsampled } = order;
  const emulator = await startWithUnstored(files);
  const cwd = meter.folder();
  writeFileSync(join(cwd, 'job.yaml'), STORE_JOB);
  const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(cwd, 'state') };
  const serve = variant === 'serve' ? startProgram(['serve', '--quiet'], { cwd, env }) : null;
  let watched: Promise<void> = serve === null ? Promise.resolve() : watch(serve);
  const args = ['run', 'job.yaml', '--yes', '--quiet', ...(variant === 'ui' ? ['--ui'] : [])];
  const { cpuMicros } = await meter.measure(args, {
    cwd,
    env,
    ...(variant === 'unsampled' && { entry: unsampled }),
    ...(variant === 'ui' && {
      onStart: (program: Program) => {
        watched = watch(program);
      },
    }),
  });
  serve?.process.kill('SIGTERM');
  await watched;
  await serve?.ended;
  emulator.stop();
  return cpuMicros;
}

/** Shows the newest run in a tab, until the server ends. */
async function watch(program: Program): Promise<void> {
  const client = await openPage(program);
  // A short run may end before its page is opened.
  const id = await runId(client).catch(() => null);
  if (id === null) return;
  const stream = client.follow(`/api/events/${id}`);
  while (!stream.isEnded) await stream.next().catch(() => undefined);
}

/** Reads the address that a program prints, and opens it. */
async function openPage({ process: child }: Program): Promise<PageClient> {
  const address = await new Promise<string>((resolve) => {
    let printed = '';
    const read = (text: Buffer) => {
      printed += String(text);
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
  const client = new PageClient(address);
  await client.open();
  return client;
}

/** Waits for the first run of the state directory. Returns its id. */
async function runId(client: PageClient): Promise<string> {
  const stream = client.follow('/api/events');
  const { data } = await stream.next((event) => event.data.runs?.[0] !== undefined);
  stream.close();
  return data.runs[0].run;
}

/** The share of a core that a process uses, percent. */
async function cpuShare({ process: { pid } }: Program): Promise<number> {
  const before = cpuTicks(pid);
  await sleep(WINDOW_MS);
  return (100 * (cpuTicks(pid) - before) * TICK_MS) / WINDOW_MS;
}

function cpuTicks(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
