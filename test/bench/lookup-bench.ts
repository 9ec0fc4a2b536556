import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseRunId, type RunId } from '../../src/core/run.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import type { Catalog } from '../../src/ledger/catalog.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { openOtherWorks } from '../../src/state/other-works.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { newRun } from '../support/new-run.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import type { BenchReport } from './bench-report.ts';

const LEDGERS = 100;
const CHUNK = 100;
const CHUNKS = 20;
const MOST_MS = 10;
const JOB = `
version: 1
name: bench-lookup
source: { files: {} }
steps: [{ uses: addon/remove_bg }]
`;

/**
 * How long ucbulk searches the ledgers of 100 earlier runs for the work of an item (`skipIfDone`): for items of
 * the newest run, and for items that no run has.
 */
export async function benchLookup(workItems: number, report: BenchReport): Promise<void> {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-lookup-'));
  try {
    const paths = statePaths(folder);
    const files = createLedgers(paths.ledger, workItems);
    const job = loadJobFile(JOB, { file: 'job.yaml', env: {}, vars: {} });
    const works = openOtherWorks({
      job,
      paths,
      clock: createSystemWorld().clock,
      catalog: { trouble: null } as Catalog,
      connection: { publicKey: 'demopublickey', restOrigin: 'https://api.test' },
      run: parseRunId('run-new'),
      listener: () => undefined,
    });
    report.say(`${LEDGERS} earlier ledgers with ${workItems} items each, ${CHUNK} items at once:`);
    report.say('');
    report.say('| items | ms for each item |');
    report.say('|---|---|');
    const unknown = () => Array.from({ length: CHUNK * CHUNKS }, () => randomUUID());
    for (const [name, wanted] of [
      ['of the newest ledger', files.slice(0, CHUNK * CHUNKS)],
      ['that no ledger has', unknown()],
    ] as const) {
      const startedAt = performance.now();
      let found = 0;
      for (let from = 0; from < wanted.length; from += CHUNK) {
        found += works.find(0, wanted.slice(from, from + CHUNK), null).size;
      }
      const expected = name === 'that no ledger has' ? 0 : wanted.length;
      if (found !== expected) throw new Error(`Found the work of ${found} items`);
      const value = (performance.now() - startedAt) / wanted.length;
      report.say(`| ${name} | ${value.toFixed(2)} |`);
      report.add({ name: `lookup: items ${name}`, unit: 'ms', value, goal: { atMost: MOST_MS } });
    }
    works.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Creates the ledgers, which differ in their files. Returns the files of the newest one. */
function createLedgers(pathOf: (run: RunId) => string, items: number): string[] {
  const job = loadJobFile(JOB, { file: 'job.yaml', env: {}, vars: {} });
  const { clock } = createSystemWorld();
  const first = pathOf(parseRunId('run-000'));
  mkdirSync(dirname(first), { recursive: true });
  Ledger.create(first, newRun({ runId: parseRunId('run-000'), job }), { clock }).close();
  const database = openDatabase(first, { mode: 'write' });
  database.exec(
    `INSERT INTO items (key, page, state)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${items})
       SELECT randomblob(16), 1, 4 FROM n;
     INSERT INTO works (work, file, item, step) SELECT 0, key, seq, 0 FROM items ORDER BY key;`,
  );
  database.close();
  for (let no = 1; no < LEDGERS; no += 1) {
    copyFileSync(first, pathOf(parseRunId(`run-${String(no).padStart(3, '0')}`)));
  }
  const newest = openDatabase(pathOf(parseRunId(`run-0${LEDGERS - 1}`)), { mode: 'write' });
  newest.exec('UPDATE works SET file = randomblob(16)');
  const rows = newest
    .prepare('SELECT lower(hex(file)) FROM works ORDER BY item LIMIT ?')
    .raw()
    .all(CHUNK * CHUNKS) as [string][];
  newest.close();
  return rows.map(([hex]) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}
