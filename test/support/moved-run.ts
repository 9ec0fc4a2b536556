import type { ItemState } from '../../src/core/item-state.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { parseRunId } from '../../src/core/run.ts';
import { findTraits } from '../../src/operations/operation-traits.ts';
import type { ReportedRun } from '../../src/report/run-items.ts';
import { tempLedger } from './temp-ledger.ts';

/** An item as a test gives it: what its steps left, and how the last of them ended. */
export interface MovedItem {
  readonly key: string;
  readonly results: readonly (JsonObject | null)[];
  readonly state?: ItemState;
  readonly reason?: string;
}

/** A step that acts on the new file of the step at the place `fileFrom`. */
interface StepOnMadeFile {
  readonly uses: string;
  readonly fileFrom: number;
}

/** A ledger whose items have gone through steps of these operations. */
export function movedRun(
  uses: readonly (string | StepOnMadeFile)[],
  items: readonly MovedItem[],
  hosts: { readonly old?: string; readonly next?: string } = {},
): ReportedRun {
  const { ledger, path } = tempLedger();
  const page = { no: 1, cursor: null, next: null, checkedAt: 0, firstSeq: 1 };
  ledger.transaction(() => {
    ledger.pages.insert({
      ...page,
      listed: items.length,
      selected: items.length,
      repeated: 0,
      rejected: 0,
    });
    ledger.items.insert(
      items.map(({ key }) => ({ key, details: null })),
      1,
    );
    for (const [place, item] of items.entries()) settle(ledger, place + 1, item);
  });
  const steps = uses.map((step, place) => {
    const { uses: name, fileFrom } =
      typeof step === 'string' ? { uses: step, fileFrom: null } : step;
    const mayDelete = findTraits(name)?.deletes === 'always';
    return {
      id: `${place + 1}-${name}`,
      uses: name,
      mayDelete,
      fileFrom,
      cdnHost: hosts.next ?? null,
    };
  });
  return { run: parseRunId('run-1'), ledger: path, steps, cdnHost: hosts.old ?? null };
}

function settle(
  ledger: ReturnType<typeof tempLedger>['ledger'],
  seq: number,
  { results, state = 'done', reason }: MovedItem,
): void {
  for (const [step, result] of results.entries()) {
    const isLast = step === results.length - 1;
    const end = {
      state: isLast ? state : ('done' as const),
      reason: (isLast ? reason : undefined) ?? null,
    };
    const blank = { message: null, requestId: null };
    ledger.items.moveItems({ seqs: [seq], step, from: 'pending', to: 'running' });
    ledger.items.moveItems({
      seqs: [seq],
      step,
      from: 'running',
      to: isLast ? state : 'pending',
      ...(!isLast && { toStep: step + 1 }),
    });
    if (result !== null || end.reason !== null) {
      ledger.outcomes.put({ item: seq, step, ...end, ...blank, result, at: 1_700_000_000_000 });
    }
  }
}
