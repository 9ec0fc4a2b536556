import { type LifeChanges, RunBench } from '../support/run-bench.ts';
import type { BenchReport } from './bench-report.ts';

const COUNT = 300;
/** Requests for each item of a remove_bg, at each concurrency. */
const MOST_PER_ITEM = 4.2;
const OLD = '2026-11-01T10:00:00.000000Z';
const PICTURE = { mimeType: 'image/png', isImage: true, uploadedAt: OLD, storedAt: OLD };

interface Measured {
  readonly perItem: number;
  readonly polls: number;
  /** Number of reads of files: one by one, by listing and by search. */
  readonly reads: number;
  readonly seconds: number;
}

/**
 * Billed requests for each item of operations that make files: complete runs on virtual time before the emulator
 * with its own durations, at several concurrencies.
 */
export async function benchRequests(report: BenchReport): Promise<void> {
  report.say(`${COUNT} items each, with the durations of the emulator:`);
  report.say('');
  report.say('| operation | at the same time | requests an item | polls | reads of files | time |');
  report.say('|---|---|---|---|---|---|');
  for (const [name, step] of [
    ['remove_bg', { uses: 'addon/remove_bg' }],
    ['convert/document', { uses: 'convert/document' }],
    ['copy-local', { uses: 'copy-local' }],
  ] as const) {
    for (const concurrency of [4, 16, 64]) {
      const { perItem, polls, reads, seconds } = await measure(step, { concurrency });
      const row = [name, concurrency, perItem.toFixed(2), polls, reads, `${seconds.toFixed(0)} s`];
      report.say(`| ${row.join(' | ')} |`);
      report.add({
        name: `requests: ${name}, ${concurrency} at the same time: requests an item`,
        unit: '',
        value: perItem,
        ...(name === 'remove_bg' && { goal: { atMost: MOST_PER_ITEM } }),
      });
    }
  }
}

async function measure(step: object, changes: LifeChanges): Promise<Measured> {
  const bench = new RunBench({ autostore: false });
  try {
    const [project] = bench.emulator.projects;
    if (project === undefined) throw new Error('The emulator has no project');
    const inline = Array.from({ length: COUNT }, () => project.addFile(PICTURE).uuid);
    const startedAt = bench.clock.now();
    const end = await bench.start({ source: { inline }, steps: [step] }, changes);
    if (end?.counts.done !== COUNT) throw new Error('Not every item was done');
    const count = (what: RegExp) => bench.sent.filter(({ target }) => what.test(target)).length;
    return {
      perItem: bench.sent.length / COUNT,
      polls: count(/\/status\//),
      reads: count(/^\/files\/(\?|search|[0-9a-f-]{36}\/(\?|$))/),
      seconds: (bench.clock.now() - startedAt) / 1000,
    };
  } finally {
    bench.close();
  }
}
