import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ItemState } from '../../src/core/item-state.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { FakeClock } from './fake-clock.ts';
import { uuidOf } from './file-json.ts';
import { newRun } from './new-run.ts';
import { TEMP_ROOT } from './temp-root.ts';

export { newRun };

/** A folder that is gone after the test; in memory where the system has such a place. */
export function tempDirectory(): string {
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The ledger of a run that has just begun, closed after the test. */
export function tempLedger(options: { maxPages?: number; clock?: FakeClock } = {}) {
  const path = join(tempDirectory(), 'run-1.db');
  const clock = options.clock ?? new FakeClock();
  const ledger = Ledger.create(path, newRun(), { clock, maxPages: options.maxPages });
  onTestFinished(() => ledger.close());
  return { ledger, path, clock };
}

/** Puts so many items on the next page of a ledger: files numbered from 1 on. */
export function givePage(
  ledger: Ledger,
  count: number,
  page: { cursor?: string | null; next?: string | null; checkedAt?: number } = {},
): number[] {
  const firstSeq = ledger.items.lastSeq() + 1;
  const no = (ledger.pages.last()?.no ?? 0) + 1;
  const seqs = Array.from({ length: count }, (_, place) => firstSeq + place);
  ledger.transaction(() => {
    ledger.pages.insert({
      no,
      cursor: page.cursor === undefined ? (no === 1 ? null : `page-${no}`) : page.cursor,
      next: page.next ?? null,
      listed: count,
      selected: count,
      repeated: 0,
      rejected: 0,
      firstSeq,
      checkedAt: page.checkedAt ?? 0,
    });
    const items = seqs.map((seq) => ({ key: uuidOf(seq), details: null }));
    ledger.items.insert(items, no);
  });
  return seqs;
}

/** Every item with its state, as another process reads it. */
export function statesIn(path: string): Map<number, ItemState> {
  const reader = LedgerReader.open(path);
  try {
    return new Map([...reader.runItems({})].map(({ record }) => [record.seq, record.state]));
  } finally {
    reader.close();
  }
}
