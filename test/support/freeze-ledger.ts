import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../src/ledger/ledger.ts';
import { openDatabase } from '../../src/ledger/open-database.ts';
import { dumpDatabase } from './dump-database.ts';
import { FakeClock } from './fake-clock.ts';
import { uuidOf } from './file-json.ts';
import { newRun } from './new-run.ts';

/** `freeze-ledger.ts > test/fixtures/schema-N/small.sql`: a ledger of today's schema, with data, as SQL. */
const directory = mkdtempSync(join(tmpdir(), 'ucbulk-freeze-'));
const path = join(directory, 'run-1.db');
fill(Ledger.create(path, newRun({ job: { name: 'test', steps: [] } }), { clock: new FakeClock() }));
const database = openDatabase(path, { mode: 'read' });
process.stdout.write(dumpDatabase(database));
database.close();
rmSync(directory, { recursive: true });

function fill(ledger: Ledger): void {
  const page = {
    listed: 3,
    selected: 3,
    repeated: 0,
    rejected: 0,
    checkedAt: 5,
    cursor: null,
    next: 'page-2',
  };
  ledger.transaction(() => {
    ledger.pages.insert({ ...page, no: 1, firstSeq: 1 });
    const details = [{ row: 7 }, null, null];
    ledger.items.insert(
      details.map((detail, place) => ({ key: uuidOf(place + 1), details: detail })),
      1,
    );
    ledger.items.insert([{ key: 'a/b.txt', details: null }], 1);
    ledger.items.take(0, [{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    const move = { step: 0, from: 'running' } as const;
    ledger.items.moveItems({ ...move, seqs: [1], to: 'done' });
    ledger.items.moveItems({ ...move, seqs: [2], to: 'failed', attempts: 2 });
    ledger.items.moveItems({ ...move, seqs: [3], to: 'waiting' });
    ledger.remoteJobs.open(3, 'token-3', 11);
    const end = { item: 2, step: 0, state: 'failed', reason: 'http_400', at: 12 } as const;
    ledger.outcomes.put({ ...end, message: 'No', requestId: 'r-1', result: { a: 1 } });
    ledger.run.setState('interrupted', 'Stopped by the user', 20);
  });
  ledger.close();
}
