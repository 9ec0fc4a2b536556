import type { ItemState } from '../../core/item-state.ts';
import type { FailureNote, Outcome } from '../../core/outcome.ts';
import type { ItemMove } from '../../ledger/item-table.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { OutcomeRecord } from '../../ledger/outcome-table.ts';
import type { EngineStep } from '../tasks/step-items.ts';
import type { ItemResult } from '../tasks/task.ts';

/** Results that are one and the same change of state, so that a chunk is a few statements and not a hundred. */
export function groupResults(results: readonly ItemResult[]): [ItemResult, ...ItemResult[]][] {
  const groups = new Map<string, [ItemResult, ...ItemResult[]]>();
  for (const result of results) {
    const key = groupKey(result);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return [...groups.values()];
}

function groupKey(result: ItemResult): string {
  switch (result.to) {
    case 'outcome':
      return `outcome ${result.outcome.kind} ${goesOnAfter(result.outcome)} ${result.effect}`;
    case 'retry':
      return `retry ${result.effect} ${result.countsAsAttempt} ${result.notBefore}`;
    case 'release':
      return `release ${result.effect} ${result.notBefore}`;
    case 'in-doubt':
    case 'pass':
      return result.to;
    case 'waiting':
      return `waiting ${result.notBefore}`;
  }
}

/** True where an item with this outcome goes on to the next step, whatever the step says. */
function goesOnAfter(outcome: Outcome): boolean {
  return outcome.kind === 'done' || (outcome.kind === 'skipped' && outcome.goesOn === true);
}

/** What is kept of an item's end beside its state; null where the state says all. */
export function outcomeRecord(result: ItemResult): Omit<OutcomeRecord, 'step' | 'at'> | null {
  const blank = {
    item: result.item.seq,
    reason: null,
    message: null,
    requestId: null,
    result: null,
  };
  if (result.to === 'in-doubt') return { ...blank, state: 'in-doubt', ...noteColumns(result.note) };
  if (result.to === 'pass') return { ...blank, state: 'skipped', reason: 'condition' };
  if (result.to !== 'outcome') return null;
  const { outcome } = result;
  switch (outcome.kind) {
    case 'done': {
      const end = doneColumns(outcome);
      return end === null ? null : { ...blank, ...end };
    }
    case 'skipped':
      return {
        ...blank,
        state: 'skipped',
        reason: outcome.reason,
        message: outcome.message ?? null,
        result: outcome.result ?? null,
      };
    case 'failed':
      return {
        ...blank,
        state: 'failed',
        ...noteColumns(outcome.failure),
        // Not as the step's own result: no later step is to act on what could not be used.
        result: outcome.made === undefined ? null : { made: outcome.made },
      };
  }
}

function doneColumns({ result, warning }: Extract<Outcome, { kind: 'done' }>) {
  if (result === undefined && warning === undefined) return null;
  const words = warning === undefined ? {} : noteColumns(warning);
  return { ...words, state: 'done', result: result ?? null } as const;
}

function noteColumns(note: FailureNote): Pick<OutcomeRecord, 'reason' | 'message' | 'requestId'> {
  return { reason: note.code, message: note.message, requestId: note.requestId ?? null };
}

/** What went wrong with an item in an attempt; null where nothing did. */
export function troubleOf(result: ItemResult): FailureNote | null {
  if (result.to === 'retry' || result.to === 'in-doubt') return result.note;
  if (result.to === 'outcome' && result.outcome.kind === 'failed') return result.outcome.failure;
  return null;
}

/** The record without the secrets that the service's words may have. */
export function redacted<Kept extends { readonly message: string | null }>(
  record: Kept,
  { redact }: { readonly redact: (text: string) => string },
): Kept {
  return record.message === null ? record : { ...record, message: redact(record.message) };
}

/** Where items stand, and what their job has. */
export interface TargetPlace {
  readonly step: number;
  readonly steps: readonly Pick<EngineStep, 'id' | 'continues'>[];
  readonly ledger: Pick<Ledger, 'outcomes'>;
  /** From when on those that go on to another step stand in line there, server time, ms. */
  readonly since: number;
}

type Target = Pick<ItemMove, 'seqs' | 'to' | 'toStep' | 'notBefore'>;

/**
 * Where items go from a step, all of them with the same kind of result: on to the next step where
 * it is done, not for them, or failed and told to go on, else to their end. An item that went on
 * after a failure ends as failed.
 */
export function itemTargets(
  results: readonly ItemResult[],
  { step, steps, ledger, since }: TargetPlace,
): Target[] {
  const [first] = results;
  const seqs = results.map(({ item }) => item.seq);
  if (first === undefined) return [];
  const end = first.to === 'outcome' ? first.outcome.kind : 'done';
  const goesOn =
    first.to !== 'outcome' ||
    goesOnAfter(first.outcome) ||
    (end === 'failed' && steps[step]?.continues === true);
  if (goesOn && step + 1 < steps.length) {
    return [{ seqs, to: 'pending', toStep: step + 1, notBefore: since }];
  }
  return steps.some(({ continues }) => continues) ? endsOf(seqs, end, ledger) : [{ seqs, to: end }];
}

/** How items end whose last step ended so: as failed where they went on after a failure. */
export function endsOf(
  seqs: readonly number[],
  end: 'done' | 'skipped' | 'failed',
  { outcomes }: Pick<Ledger, 'outcomes'>,
): { seqs: readonly number[]; to: ItemState }[] {
  const failed = seqs.filter((seq) => outcomes.hasFailed(seq));
  const others = seqs.filter((seq) => !failed.includes(seq));
  return [
    { seqs: others, to: end },
    { seqs: failed, to: 'failed' as const },
  ].filter((target) => target.seqs.length > 0);
}
