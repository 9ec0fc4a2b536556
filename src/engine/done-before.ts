import { failureOf } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ClaimedItem } from '../ledger/item-row.ts';
import type { WorkStanding } from '../ledger/work-table.ts';
import { afterFailure, brakeFor } from './after-failure.ts';
import { settleAll } from './settle-all.ts';
import type { LookBefore } from './step-items.ts';
import type { ItemResult, TaskPorts } from './task.ts';
import type { WorkPorts } from './work-ports.ts';

/** An item whose work another one is doing looks again after this, ms. */
const LOOK_AGAIN_MS = 5000;

/** Items of a step whose work must not be done twice. */
export interface OnceOnly {
  readonly step: number;
  readonly items: readonly ClaimedItem[];
}

/**
 * Ends what was done before, in this run or in an earlier one, and lets wait what is being done;
 * gives the others. What has an open request stands for its work already.
 */
export async function withoutDoneBefore(
  { step, items }: OnceOnly,
  ports: WorkPorts,
  taskPorts: TaskPorts,
): Promise<readonly ClaimedItem[]> {
  const engineStep = ports.steps[step];
  if (engineStep === undefined || engineStep.work === null) return items;
  const fresh = items.filter((item) => item.openSends === 0);
  const { mine, settled } = claimWorks(engineStep.work, { step, items: fresh }, ports);
  await settle(step, settled, ports);
  const left = await withoutEarlier(engineStep.lookBefore, { step, items: mine }, taskPorts);
  return [...items.filter((item) => item.openSends > 0), ...left];
}

/** The same work within a run: the first item does it, the others take its result. */
function claimWorks(
  work: number,
  { step, items }: OnceOnly,
  { ledger, serverNow }: WorkPorts,
): { mine: ClaimedItem[]; settled: ItemResult[] } {
  const mine: ClaimedItem[] = [];
  const settled: ItemResult[] = [];
  ledger.transaction(() => {
    for (const item of items) {
      const result = claimWork({ work, item, step }, { ledger, serverNow });
      if (result === null) mine.push(item);
      else settled.push(result);
    }
  });
  return { mine, settled };
}

/** Claims the work for the item; what becomes of it where another one has it, else null. */
function claimWork(
  { work, item, step }: { work: number; item: ClaimedItem; step: number },
  { ledger, serverNow }: Pick<WorkPorts, 'ledger' | 'serverNow'>,
): ItemResult | null {
  const key = { work, file: item.file ?? item.key };
  const known = ledger.works.standing(key);
  if (known?.item === item.seq && known.step === step) return null;
  const result = known === null ? null : afterOther(item, known, serverNow());
  if (result === null) ledger.works.claim(key, { item: item.seq, step });
  return result;
}

/** What becomes of an item whose work another one was claimed for; null where it does it itself. */
function afterOther(item: Item, other: WorkStanding, now: number): ItemResult | null {
  switch (other.kind) {
    case 'done':
      return { item, to: 'outcome', outcome: takenOver(other) };
    case 'open':
    case 'claimed':
      return { item, to: 'release', effect: 'none', notBefore: now + LOOK_AGAIN_MS };
    case 'in-doubt': {
      const message = `Item ${other.item} of this run was sent for the same work, and is in doubt`;
      return { item, to: 'in-doubt', note: { code: 'same_work_in_doubt', message } };
    }
    case 'not-done':
      return null;
  }
}

function takenOver({ item, step, result }: WorkStanding & { kind: 'done' }): Outcome {
  const message = `Step ${step + 1} did the same to the same file in this run (item ${item})`;
  return {
    kind: 'skipped',
    reason: 'done before',
    message,
    goesOn: true,
    ...(result !== null && { result }),
  };
}

/** What an earlier run did, or anybody, as far as the file itself tells. */
async function withoutEarlier(
  lookBefore: LookBefore | null,
  { step, items }: OnceOnly,
  ports: TaskPorts,
): Promise<ClaimedItem[]> {
  if (lookBefore === null) return [...items];
  const looks = lookBefore(items);
  const left = items.filter(({ seq }) => !looks.has(seq));
  const settled: ItemResult[] = [];
  await settleAll(
    items.map(async (item) => {
      const look = looks.get(item.seq);
      if (look === undefined) return;
      try {
        const outcome = await ports.slot(() => look(ports.drain));
        if (outcome === null) left.push(item);
        else settled.push({ item, to: 'outcome', outcome });
      } catch (error) {
        const failure = failureOf(error);
        brakeFor(failure, ports);
        settled.push(afterFailure(item, { failure, step, intended: false, ports }));
      }
    }),
  );
  await settle(step, settled, ports);
  return left;
}

async function settle(
  step: number,
  settled: readonly ItemResult[],
  { journal }: Pick<TaskPorts, 'journal'>,
): Promise<void> {
  if (settled.length === 0) return;
  await journal.begin({ step, items: settled.map(({ item }) => item) }).settle(settled);
}
