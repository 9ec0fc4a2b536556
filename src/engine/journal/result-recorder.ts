import type { FileFacts } from '../../core/file-facts.ts';
import type { ItemResult } from '../tasks/task.ts';
import { emitSettled } from './emit-settled.ts';
import type { JournalDependencies } from './journal-dependencies.ts';
import {
  type EndedAttempt,
  findFailureNote,
  groupResults,
  outcomeRecord,
  type RecordedResult,
  redacted,
  targetsAfterStep,
} from './result-records.ts';
import { takeAnswers } from './taken-answers.ts';
import { recordKind } from './write-kind.ts';

/** The results of attempts as they were recorded. */
export type Recorded = ReadonlyMap<EndedAttempt, readonly ItemResult[]>;

/** Attempts whose results are written together. */
interface Batch {
  readonly attempts: EndedAttempt[];
  /** Resolves to the results as they were recorded. */
  readonly recorded: Promise<Recorded>;
}

/**
 * Writes the results of attempts to the ledger. Results of about the same time share their SQL statements:
 * one for all items that change their state in the same way, instead of one for each item.
 */
export class ResultRecorder {
  readonly #deps: JournalDependencies;
  /** The batches that are not written yet, by the kind of their write. */
  readonly #batches = new Map<string, Batch>();

  constructor(deps: JournalDependencies) {
    this.#deps = deps;
  }

  /** Records the results of an attempt, and emits their events. Resolves to the results as recorded. */
  async record(attempt: EndedAttempt): Promise<readonly ItemResult[]> {
    const kind = recordKind(this.#deps.steps[attempt.step], attempt.results);
    const batch = this.#batches.get(kind);
    const { attempts, recorded } = batch ?? this.#begin(kind);
    attempts.push(attempt);
    return (await recorded).get(attempt) ?? attempt.results;
  }

  #begin(kind: ReturnType<typeof recordKind>): Batch {
    const attempts: EndedAttempt[] = [];
    const batch = { attempts, recorded: this.#commit(kind, attempts) };
    this.#batches.set(kind, batch);
    return batch;
  }

  async #commit(
    kind: ReturnType<typeof recordKind>,
    attempts: readonly EndedAttempt[],
  ): Promise<Recorded> {
    let recorded: Recorded = new Map();
    // No attempt may join the batch after its write has begun.
    const close = () => {
      if (this.#batches.get(kind)?.attempts === attempts) this.#batches.delete(kind);
    };
    try {
      await this.#deps.ledger.write(() => {
        close();
        recorded = this.write(attempts);
      }, kind);
    } finally {
      close();
    }
    emitSettled(this.#deps, recorded);
    return recorded;
  }

  /** Writes the results of attempts, within a transaction of the caller. Their items must be running. */
  write(attempts: readonly EndedAttempt[]): Recorded {
    const recorded = new Map<EndedAttempt, readonly ItemResult[]>();
    const all: RecordedResult[] = [];
    for (const attempt of attempts) {
      const results = takeAnswers(attempt.results, attempt, this.#deps);
      recorded.set(attempt, results);
      for (const result of results) all.push({ attempt, result });
    }
    for (const group of groupResults(all)) this.#writeGroup(group);
    this.#endAttempts(recorded);
    return recorded;
  }

  /** Moves items that change their state in the same way. */
  #writeGroup(group: readonly [RecordedResult, ...RecordedResult[]]): void {
    const { ledger, serverNow } = this.#deps;
    const [{ attempt, result: first }] = group;
    const { step } = attempt;
    const seqs = group.map(({ result }) => result.item.seq);
    const move = { seqs, step, from: 'running' } as const;
    this.#giveBack(step, seqs, unspent(attempt, first));
    switch (first.to) {
      case 'outcome':
      case 'pass': {
        const results = group.map(({ result }) => result);
        for (const target of targetsAfterStep(results, { ...this.#deps, step, since: serverNow() }))
          ledger.items.moveItems({ ...move, ...target, openSends: 'clear' });
        break;
      }
      case 'retry':
        ledger.items.moveItems({
          ...move,
          to: 'pending',
          attempts: first.countsAsAttempt ? 1 : 0,
          notBefore: first.notBefore,
          openSends: changedSends(attempt, first.effect),
        });
        break;
      case 'release':
        ledger.items.moveItems({
          ...move,
          to: 'pending',
          openSends: changedSends(attempt, first.effect),
          notBefore: first.notBefore ?? 0,
        });
        break;
      case 'in-doubt':
        ledger.items.moveItems({ ...move, to: 'in-doubt', openSends: 0 });
        break;
      case 'waiting':
        ledger.items.moveItems({
          ...move,
          to: 'waiting',
          openSends: 'clear',
          notBefore: first.notBefore,
        });
        break;
    }
    for (const recorded of group) this.#note(recorded);
    if (first.to === 'outcome' && first.outcome.kind === 'done') this.#keepDeletes(step, group);
    if (first.to === 'outcome' || first.to === 'pass') this.#forget(step, seqs);
  }

  /** Stores when files were deleted, and their facts if only the answer contains them. */
  #keepDeletes(step: number, group: readonly RecordedResult[]): void {
    const { ledger, steps, serverNow, evidenceFrom = null } = this.#deps;
    const { operation, fileFrom = null } = steps[step] ?? {};
    if (evidenceFrom === null || operation?.destructive !== true) return;
    const isListed = evidenceFrom === 'listing' && fileFrom === null;
    const items = group.map(({ result }) => ({
      seq: result.item.seq,
      facts: isListed ? null : readDeleted(result),
    }));
    ledger.evidence.addDeletes(items, { step, at: serverNow() });
  }

  /**
   * Cleans up after items that now have their outcomes: removes the progress of their uploads, and the rows
   * that keep them together in a fixed batch.
   */
  #forget(step: number, seqs: readonly number[]): void {
    const { ledger, steps } = this.#deps;
    for (const seq of seqs) ledger.transfers.end(seq);
    if (steps[step]?.operation.fixed !== undefined) ledger.batches.remove(seqs);
  }

  #giveBack(step: number, seqs: readonly number[], part: 'all' | 'last' | 'none'): void {
    const { ledger, steps } = this.#deps;
    const paid = steps[step]?.paid ?? null;
    if (paid === null || part === 'none') return;
    if (part === 'all') ledger.paid.giveBackAll({ ...paid, step, seqs });
    else ledger.paid.giveBackLast({ ...paid, step, seqs });
  }

  #note({ attempt, result }: RecordedResult): void {
    if (result.to === 'waiting') {
      const { ledger, serverNow } = this.#deps;
      // The age of a job counts from the send, not from the answer. If the answer was slow, the job may
      // already have ended when the answer came.
      const startedAt = attempt.sentAt ?? result.item.sentAt ?? serverNow();
      ledger.remoteJobs.open(result.item.seq, result.token, startedAt);
    }
    const isUnsent = !attempt.isSent && result.item.openSends === 0;
    const record = outcomeRecord(result, isUnsent ? 'none' : 'unknown');
    if (record === null) return;
    this.#deps.ledger.outcomes.put({
      ...redacted(record, this.#deps),
      step: attempt.step,
      at: this.#deps.serverNow(),
    });
  }

  #endAttempts(recorded: ReadonlyMap<EndedAttempt, readonly ItemResult[]>): void {
    const { attempts } = this.#deps.ledger;
    const ended: number[] = [];
    for (const [{ intent }, results] of recorded) {
      if (intent === null) continue;
      const trouble = results.map(findFailureNote).find((note) => note !== null);
      if (trouble == null) ended.push(intent);
      else attempts.endBadly(intent, this.#deps.serverNow(), redacted(trouble, this.#deps));
    }
    if (ended.length > 0) attempts.endWell(ended);
  }
}

/** Finds out which requests of the item certainly had no effect. Their cost is returned to the budget. */
function unspent(attempt: EndedAttempt, result: ItemResult): 'all' | 'last' | 'none' {
  if (result.to === 'outcome') return result.effect === 'none' ? 'all' : 'none';
  if (result.to !== 'retry' && result.to !== 'release') return 'none';
  return changedSends(attempt, result.effect) === -1 ? 'last' : 'none';
}

/** The change of the number of requests with an unknown result. */
function changedSends({ intent }: EndedAttempt, effect: 'none' | 'unknown'): -1 | 0 {
  return intent !== null && effect === 'none' ? -1 : 0;
}

function readDeleted(result: ItemResult): FileFacts | null {
  if (result.to !== 'outcome' || result.outcome.kind !== 'done') return null;
  return result.outcome.readDeleted?.() ?? null;
}
