import type { ItemState } from '../../core/item-state.ts';
import type { FailedEffect, FailureNote, Outcome } from '../../core/outcome.ts';
import type { ItemMove } from '../../ledger/item-table.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { OutcomeRecord } from '../../ledger/outcome-table.ts';
import type { EngineStep } from '../tasks/step-items.ts';
import type { ItemResult } from '../tasks/task.ts';

/** An attempt that has ended, with the results of its items. */
export interface EndedAttempt {
  readonly step: number;
  readonly results: readonly ItemResult[];
  /** The id of the intent of its request; null if none was written. */
  readonly intent: number | null;
  /** True if its request may have been sent. */
  readonly isSent: boolean;
  /** Server time of the last send, ms; null if it is not known. */
  readonly sentAt: number | null;
}

/** The result of an item, with the attempt to which it belongs. */
export interface RecordedResult {
  readonly attempt: EndedAttempt;
  readonly result: ItemResult;
}

/**
 * Groups results that change the state of their items in the same way. The ledger then needs a few SQL
 * statements for all of them, instead of one for each item.
 */
export function groupResults(
  results: readonly RecordedResult[],
): [RecordedResult, ...RecordedResult[]][] {
  const groups = new Map<string, [RecordedResult, ...RecordedResult[]]>();
  for (const recorded of results) {
    const { attempt, result } = recorded;
    const key = `${attempt.step} ${attempt.intent !== null} ${groupKey(result)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [recorded]);
    else group.push(recorded);
  }
  return [...groups.values()];
}

function groupKey(result: ItemResult): string {
  switch (result.to) {
    case 'outcome':
      return `outcome ${result.outcome.kind} ${continuesAfter(result.outcome)} ${result.effect}`;
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

/** True if an item with this outcome continues at the next step. */
function continuesAfter(outcome: Outcome): boolean {
  return (
    outcome.kind === 'done' || (outcome.kind === 'skipped' && outcome.continuesAtNextStep === true)
  );
}

/**
 * The details of a result that the ledger stores; null if the state of the item is enough. `effect`: the
 * effect of a failure if the result itself does not show it.
 */
export function outcomeRecord(
  result: ItemResult,
  effect: FailedEffect,
): Omit<OutcomeRecord, 'step' | 'at'> | null {
  if (result.to === 'outcome' && isDoneWithoutDetails(result.outcome)) return null;
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
    case 'done':
      return { ...blank, ...doneColumns(outcome) };
    case 'skipped':
      return {
        ...blank,
        state: 'skipped',
        reason: outcome.reason,
        message: outcome.message ?? null,
        result: outcome.result ?? null,
      };
    case 'failed':
      return { ...blank, ...failedColumns(outcome, result.effect ?? effect) };
  }
}

function failedColumns(
  { failure, made }: Extract<Outcome, { kind: 'failed' }>,
  effect: FailedEffect,
) {
  const failed = { ...noteColumns(failure), state: 'failed' } as const;
  if (made === undefined) return { ...failed, effect };
  // The made file is stored with the failure, not as the step's result: no later step may use this file.
  return { ...failed, effect: 'made', result: { made } } as const;
}

function isDoneWithoutDetails(outcome: Outcome): boolean {
  return outcome.kind === 'done' && outcome.result === undefined && outcome.warning === undefined;
}

function doneColumns({ result, warning }: Extract<Outcome, { kind: 'done' }>) {
  const words = warning === undefined ? {} : noteColumns(warning);
  return { ...words, state: 'done', result: result ?? null } as const;
}

function noteColumns(note: FailureNote): Pick<OutcomeRecord, 'reason' | 'message' | 'requestId'> {
  return { reason: note.code, message: note.message, requestId: note.requestId ?? null };
}

/** The failure of an item in an attempt; null if there was none. */
export function findFailureNote(result: ItemResult): FailureNote | null {
  if (result.to === 'retry' || result.to === 'in-doubt') return result.note;
  if (result.to === 'outcome' && result.outcome.kind === 'failed') return result.outcome.failure;
  return null;
}

/** Removes secrets from the record, because its message may be a text of the service that contains some. */
export function redacted<Kept extends { readonly message: string | null }>(
  record: Kept,
  { redact }: { readonly redact: (text: string) => string },
): Kept {
  return record.message === null ? record : { ...record, message: redact(record.message) };
}

/** The step whose results are recorded, and all steps of the job. */
export interface TargetContext {
  readonly step: number;
  readonly steps: readonly Pick<EngineStep, 'id' | 'continueOnFailure'>[];
  readonly ledger: Pick<Ledger, 'outcomes'>;
  /** The time from which the items can be claimed for their next step, server time, ms. */
  readonly since: number;
}

type Target = Pick<ItemMove, 'seqs' | 'to' | 'toStep' | 'notBefore'>;

/**
 * The next states of items, grouped by kind of result.
 * An item continues at the next step if this step is done, does not apply, or failed with `onFailure:
 * continue`. Otherwise the item ends. An item that continued after a failure ends as failed.
 */
export function targetsAfterStep(
  results: readonly ItemResult[],
  { step, steps, ledger, since }: TargetContext,
): Target[] {
  const [first] = results;
  const seqs = results.map(({ item }) => item.seq);
  if (first === undefined) return [];
  const end = first.to === 'outcome' ? first.outcome.kind : 'done';
  const continues =
    first.to !== 'outcome' ||
    continuesAfter(first.outcome) ||
    (end === 'failed' && steps[step]?.continueOnFailure === true);
  if (continues && step + 1 < steps.length) {
    return [{ seqs, to: 'pending', toStep: step + 1, notBefore: since }];
  }
  return steps.some(({ continueOnFailure }) => continueOnFailure)
    ? finalTargets(seqs, end, ledger)
    : [{ seqs, to: end }];
}

/** The final states of items that ended at their last step. Items with an earlier failure end as failed. */
export function finalTargets(
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
