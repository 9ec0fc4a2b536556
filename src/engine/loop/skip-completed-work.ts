import { toFailure } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { ClaimedItem } from '../../ledger/item-row.ts';
import type { WorkStanding } from '../../ledger/work-table.ts';
import { afterFailure, stopIfFatal } from '../failure/after-failure.ts';
import { settleAll } from '../tasks/parallel.ts';
import type { EarlierResultLookup, Look } from '../tasks/step-items.ts';
import type { ItemResult, TaskDependencies } from '../tasks/task.ts';
import type { WorkDependencies } from './work-dependencies.ts';

/** Pause before ucbulk looks again whether another item has finished the same work, ms. */
const LOOK_AGAIN_MS = 5000;

/** Claimed items of a step whose work must not be done twice for the same file. */
export interface OnceOnly {
  readonly step: number;
  readonly items: readonly ClaimedItem[];
}

/**
 * Claims the work of the items for this run, and returns the items to send. If the work of an item is already
 * done, the item ends here. If another item or another run is doing the work, the item is postponed. An item
 * that was sent before and whose result is unknown still has its earlier claim, so it is returned unchanged.
 */
export async function skipCompletedWork(
  { step, items }: OnceOnly,
  deps: WorkDependencies,
  taskDependencies: TaskDependencies,
): Promise<readonly ClaimedItem[]> {
  const engineStep = deps.steps[step];
  if (engineStep === undefined || engineStep.work === null) return items;
  const fresh = items.filter((item) => item.openSends === 0);
  if (fresh.length === 0) return items;
  const { work, repeatsWork, lookUpEarlierResults } = engineStep;
  if (repeatsWork) {
    recordClaims({ work, step, items: fresh }, deps);
    return items;
  }
  const claims = await claimInTurn({ work, lookUpEarlierResults, step, items: fresh }, deps).catch(
    async (error: unknown) => {
      await settle(step, items.map(released), deps).catch(() => undefined);
      throw error;
    },
  );
  await deps.crash('work-claimed');
  await settle(step, claims.settled, deps);
  const left = await withoutEarlier(claims, step, taskDependencies);
  return [...items.filter((item) => item.openSends > 0), ...left];
}

/**
 * The items whose work this run has claimed. For an item in `looks`, ucbulk must find out whether the work
 * was already done, before it sends the item.
 */
interface Claims {
  readonly mine: ClaimedItem[];
  readonly looks: ReadonlyMap<number, Look>;
  /** Results of items that this run must not send, because the work is done or somebody else is doing it. */
  readonly settled: ItemResult[];
}

interface WorkClaim extends OnceOnly {
  readonly work: number;
}

/** Records the work of the items for later runs. Another item or run may do the same work. */
function recordClaims({ work, step, items }: WorkClaim, { ledger }: WorkDependencies): void {
  ledger.unsynced(() => {
    for (const item of items) {
      ledger.works.claim({ work, file: item.file ?? item.key }, { item: item.seq, step });
    }
  });
}

interface ClaimRequest extends WorkClaim {
  readonly lookUpEarlierResults: EarlierResultLookup | null;
}

/**
 * Looks up the claims of other runs, and writes this run's claims. `inTurn` prevents any other run from
 * claiming at the same time. A claim is a row in this run's ledger, which the other runs read. ucbulk does
 * not sync this row to disk. The intent, which ucbulk writes to the same file before the send, syncs both. If
 * the power fails before the intent, the claim may be lost, but nothing was sent.
 */
function claimInTurn(request: ClaimRequest, deps: WorkDependencies): Promise<Claims> {
  return deps.inTurn(() => {
    const found = request.lookUpEarlierResults?.(request.items) ?? new Map<number, never>();
    return deps.ledger.unsynced(() => claimWorks(request, found, deps));
  });
}

function claimWorks(
  { work, step, items }: ClaimRequest,
  found: ReturnType<EarlierResultLookup>,
  { ledger, serverNow }: WorkDependencies,
): Claims {
  const mine: ClaimedItem[] = [];
  const settled: ItemResult[] = [];
  const looks = new Map<number, Look>();
  const now = serverNow();
  for (const item of items) {
    const key = { work, file: item.file ?? item.key };
    const place = { item: item.seq, step };
    const look = found.get(item.seq);
    const result = afterOwn(ledger.works.standing(key), item, { step, now });
    if (result !== null) {
      settled.push(result);
    } else if (look === 'at-work') {
      ledger.works.release(key, place);
      settled.push(lookAgain(item, now));
    } else {
      ledger.works.claim(key, place);
      mine.push(item);
      if (look !== undefined) looks.set(item.seq, look);
    }
  }
  return { mine, looks, settled };
}

/**
 * The result of an item if another item of this run has claimed the same work. Returns null if this item may
 * do the work.
 */
function afterOwn(
  known: WorkStanding | null,
  item: ClaimedItem,
  { step, now }: { step: number; now: number },
): ItemResult | null {
  const isOwn = known?.item === item.seq && known.step === step;
  return known === null || isOwn ? null : afterOther(item, known, now);
}

/**
 * The result of an item if the same work was claimed for another item. The result depends on the state of
 * that work. Returns null if this item may do the work.
 */
function afterOther(item: Item, other: WorkStanding, now: number): ItemResult | null {
  switch (other.kind) {
    case 'done':
      return { item, to: 'outcome', outcome: takenOver(other) };
    case 'open':
    case 'claimed':
      return lookAgain(item, now);
    case 'in-doubt': {
      const message = `Item ${other.item} of this run asked for the same work, and is in doubt`;
      return { item, to: 'in-doubt', note: { code: 'same_work_in_doubt', message } };
    }
    case 'not-done':
      return null;
  }
}

function lookAgain(item: Item, now: number): ItemResult {
  return { item, to: 'release', effect: 'none', notBefore: now + LOOK_AGAIN_MS };
}

function released(item: Item): ItemResult {
  return { item, to: 'release', effect: 'none' };
}

function takenOver({ item, step, result }: WorkStanding & { kind: 'done' }): Outcome {
  const message = `Step ${step + 1} did the same to the same file in this run (item ${item})`;
  return {
    kind: 'skipped',
    reason: 'done before',
    message,
    continuesAtNextStep: true,
    ...(result !== null && { result }),
  };
}

/** Ends items whose work was already done, by another run or by another program. Returns the other items. */
async function withoutEarlier(
  { mine, looks }: Claims,
  step: number,
  deps: TaskDependencies,
): Promise<ClaimedItem[]> {
  const left = mine.filter(({ seq }) => !looks.has(seq));
  const settled: ItemResult[] = [];
  await settleAll(
    mine.map(async (item) => {
      const look = looks.get(item.seq);
      if (look === undefined) return;
      try {
        const outcome = await deps.slot(() => look(deps.stopSignal));
        if (outcome === null) left.push(item);
        else settled.push({ item, to: 'outcome', outcome });
      } catch (error) {
        const failure = toFailure(error);
        stopIfFatal(failure, deps);
        settled.push(afterFailure(item, { failure, step, intended: false, deps }));
      }
    }),
  );
  await settle(step, settled, deps);
  return left;
}

async function settle(
  step: number,
  settled: readonly ItemResult[],
  { journal }: Pick<TaskDependencies, 'journal'>,
): Promise<void> {
  if (settled.length === 0) return;
  await journal.begin({ step, items: settled.map(({ item }) => item) }).settle(settled);
}
