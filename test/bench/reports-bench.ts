import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { median } from '../support/median.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter, type ProgramMeter, type Used } from './cpu/measure-program.ts';
import { createLargeRun, LARGE_RUN } from './scale/large-run.ts';

const FLOOR = fileURLToPath(new URL('scale/floor-report.ts', import.meta.url));
const MOST_TIMES_FLOOR = 1.6;
const MOST_MEGABYTES = 115;
const START_UP_ITEMS = 1;
/** Pause of the slow reader after each piece that it read, ms. */
const READ_PAUSE_MS = 2;

const COMMANDS = [
  { shown: 'items --json', form: 'items', args: ['items', LARGE_RUN, '--json'] },
  { shown: 'report', form: 'csv', args: ['report', LARGE_RUN] },
  {
    shown: 'report --format json',
    form: 'json',
    args: ['report', LARGE_RUN, '--format', 'json'],
  },
  {
    shown: 'report --format ndjson',
    form: 'ndjson',
    args: ['report', LARGE_RUN, '--format', 'ndjson'],
  },
] as const;

/**
 * Measures the CPU with which ucbulk prints all items of a run, beside a minimal script that prints the same
 * text, and its memory if the reader is slow.
 */
export async function benchReports(
  { items, rounds }: { readonly items: number; readonly rounds: number },
  report: BenchReport,
): Promise<void> {
  const meter = createProgramMeter();
  try {
    const [few, many] = [meter.folder(), meter.folder()];
    await createLargeRun(few, { files: START_UP_ITEMS, ended: START_UP_ITEMS });
    await createLargeRun(many, { files: items, ended: items });
    report.say(`CPU for ${items} items, without the start-up; medians of ${rounds} rounds.\n`);
    report.say('| command | floor | ucbulk | times the floor | goal | peak, slow reader | |');
    report.say('|---|---|---|---|---|---|---|');
    for (const command of COMMANDS) {
      const samples = { floor: [] as number[], ucbulk: [] as number[] };
      for (let round = 0; round < rounds; round += 1) {
        const [floor, ucbulk] = await measureRound(meter, command, { few, many });
        samples.floor.push(floor);
        samples.ucbulk.push(ucbulk);
      }
      const slow = await print(meter, { command, state: many, variant: 'ucbulk' }, readSlowly);
      const [floor, ucbulk] = [median(samples.floor), median(samples.ucbulk)];
      const name = `reports: ${command.shown}`;
      const peak = slow.used.peakBytes / 1e6;
      report.add({ name: `${name}: CPU, floor`, unit: 's', value: floor });
      report.add({ name: `${name}: CPU, ucbulk`, unit: 's', value: ucbulk });
      const reached = [
        report.add({
          name: `${name}: times the floor`,
          unit: '×',
          value: ucbulk / floor,
          goal: { atMost: MOST_TIMES_FLOOR },
        }),
        report.add({
          name: `${name}: peak memory, slow reader`,
          unit: 'MB',
          value: peak,
          goal: { atMost: MOST_MEGABYTES },
        }),
      ];
      const cells = [
        command.shown,
        `${floor.toFixed(2)} s`,
        `${ucbulk.toFixed(2)} s`,
        (ucbulk / floor).toFixed(2),
        MOST_TIMES_FLOOR,
        `${peak.toFixed(0)} MB`,
        reached.includes(false) ? 'MISSED' : '',
      ];
      report.say(`| ${cells.join(' | ')} |`);
    }
  } finally {
    meter.dispose();
  }
}

type Command = (typeof COMMANDS)[number];

/** Measures both programs once. Returns the CPU time of the work, s. Throws if their texts differ. */
async function measureRound(
  meter: ProgramMeter,
  command: Command,
  { few, many }: { readonly few: string; readonly many: string },
): Promise<[floor: number, ucbulk: number]> {
  const texts = new Set<string>();
  const measure = async (variant: 'floor' | 'ucbulk') => {
    const start = await print(meter, { command, state: few, variant }, readFast);
    const work = await print(meter, { command, state: many, variant }, readFast);
    texts.add(work.hash);
    return (work.used.cpuMicros - start.used.cpuMicros) / 1e6;
  };
  const cpu: [number, number] = [await measure('floor'), await measure('ucbulk')];
  if (texts.size !== 1) throw new Error(`${command.shown} and its floor printed different texts`);
  return cpu;
}

async function print(
  meter: ProgramMeter,
  what: { readonly command: Command; readonly state: string; readonly variant: 'floor' | 'ucbulk' },
  read: (stdout: Readable, onPiece: (piece: Buffer) => void) => void,
): Promise<{ readonly used: Used; readonly hash: string }> {
  const { command, state, variant } = what;
  const hash = createHash('sha256');
  const options = {
    cwd: state,
    env: { UCBULK_STATE: state },
    readOutput: (stdout: Readable) => read(stdout, (piece) => hash.update(piece)),
  };
  const ledger = join(state, 'runs', `${LARGE_RUN}.db`);
  const used =
    variant === 'ucbulk'
      ? await meter.measure(command.args, options)
      : await meter.measure([ledger, command.form], { ...options, entry: FLOOR });
  return { used, hash: hash.digest('hex') };
}

function readFast(stdout: Readable, onPiece: (piece: Buffer) => void): void {
  stdout.on('data', onPiece);
}

function readSlowly(stdout: Readable, onPiece: (piece: Buffer) => void): void {
  stdout.on('data', (piece: Buffer) => {
    onPiece(piece);
    stdout.pause();
    setTimeout(() => stdout.resume(), READ_PAUSE_MS);
  });
}
