import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRun } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { alive, answerWith, type RunBench, runBench } from '../support/run-bench.ts';

const HEADER = 'Uploadcare.Simple demopublickey:demosecretkey';
const FORMS = [
  HEADER,
  encodeURIComponent(HEADER),
  Buffer.from(HEADER).toString('base64'),
  Buffer.from(`authorization: ${HEADER}`).toString('base64url'),
];
const TRACES = ['demosecretkey', ...FORMS];

/** Every trace of the header in the files of the state directory. */
function tracesIn(bench: RunBench, more: string): string[] {
  const files = readdirSync(bench.directory, { recursive: true, withFileTypes: true });
  const bytes = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
  const all = [...bytes, more, JSON.stringify(bench.events)].join('\n');
  return TRACES.filter((trace) => all.includes(trace));
}

test.each([400, 403, 500])(
  'a header that a proxy echoes in its answer %i is in no ledger, message or log',
  async (status) => {
    const bench = runBench({ files: 8, storedShare: 0 });
    const text = FORMS.map((form, place) => `${place}: ${form}`).join(' | ');
    bench.answer = ({ method }) =>
      method === 'PUT' ? answerWith(bench, status, { detail: text }) : null;
    const log: string[] = [];
    const end = await alive(
      bench.start(
        { source: { files: { stored: false } }, steps: [{ uses: 'store' }] },
        { log: (...line) => void log.push(JSON.stringify(line)) },
      ),
    );
    const run = await readRun(bench.directory, end.run, createSystemWorld());
    const items = bench.items(end.run);
    expect(JSON.stringify([run, items, end, log])).toContain('[redacted]');
    expect(tracesIn(bench, JSON.stringify([run, items, end, log]))).toEqual([]);
  },
);
