import { canceled } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FailureNote } from '../../core/outcome.ts';
import type { TransferNotes } from '../../operations/operation.ts';
import type { RecordedStep } from '../tasks/step-items.ts';
import type { Attempt, ItemResult, Journal, PollResult, Task } from '../tasks/task.ts';
import { emitSettled } from './emit-settled.ts';
import type { JournalDependencies } from './journal-dependencies.ts';
import {
  findFailureNote,
  groupResults,
  outcomeRecord,
  redacted,
  targetsAfterStep,
} from './result-records.ts';
import { takeAnswers } from './taken-answers.ts';
import { transferNotes } from './transfer-notes.ts';
import { writeKind } from './write-kind.ts';
import { writePoll } from './write-poll.ts';

/** Records attempts in the run's ledger. Writes at about the same time share one transaction. */
export class LedgerJournal implements Journal {
  readonly #deps: JournalDependencies;

  constructor(deps: JournalDependencies) {
    this.#deps = deps;
  }

  /** Begins an attempt. The first write to the ledger is the intent, just before the send. */
  begin(task: Task): Attempt {
    return new LedgerAttempt(task, this.#deps);
  }

  /**
   * Access to the stored progress of an item's upload. The ledger keeps it until the item has its outcome.
   */
  transferNotes(item: Item, step: number): TransferNotes {
    return transferNotes({ item, step }, this.#deps);
  }

  /** True if the answer to the item's upload is stored and must still be checked. */
  hasAnswer({ seq }: Item): boolean {
    return this.#deps.ledger.transfers.answer(seq) !== null;
  }

  /** Records the result of a poll: the outcome of the item, or the time of its next poll. */
  async settlePoll(step: number, result: PollResult): Promise<void> {
    const { ledger, crash } = this.#deps;
    await crash('poll-answered');
    let settled = result;
    await ledger.write(() => {
      settled = writePoll(step, result, this.#deps);
    }, 'record');
    if (settled.to !== 'waiting') await crash('outcome-committed');
    if (settled.to === 'outcome') emitSettled(this.#deps, step, [settled]);
  }
}

class LedgerAttempt implements Attempt {
  readonly #task: Task;
  readonly #deps: JournalDependencies;
  readonly #step: RecordedStep | undefined;
  #id: number | null = null;
  /** Server time of the last send, ms; null if nothing was sent. */
  #sentAt: number | null = null;

  constructor(task: Task, deps: JournalDependencies) {
    this.#task = task;
    this.#deps = deps;
    this.#step = deps.steps[task.step];
  }

  get isIntended(): boolean {
    return this.#id !== null;
  }

  async intend(baseline: JsonObject | null): Promise<void> {
    const { ledger } = this.#deps;
    const { step, items } = this.#task;
    const paid = this.#step?.paid ?? null;
    let id = this.#id;
    let mayBuy = true;
    await ledger.write(
      () => {
        const sentAt = this.#deps.serverNow();
        this.#sentAt = sentAt;
        if (id !== null) return ledger.attempts.resend(id, sentAt);
        if (paid !== null) {
          mayBuy = ledger.paid.take({ name: paid.name, seqs: itemSeqs(items) }, paid.limit);
          if (!mayBuy) return;
        }
        id = ledger.attempts.begin({ step, items: items.length, sentAt, baseline });
        ledger.items.markSent(itemSeqs(items), id);
      },
      writeKind(this.#step, 'intent'),
    );
    if (!mayBuy) throw canceled('The budget of this operation is spent');
    this.#id = id;
    await this.#deps.crash('intent-committed');
  }

  async settle(given: readonly ItemResult[]): Promise<void> {
    const { crash } = this.#deps;
    const { step } = this.#task;
    let results = given;
    await crash('answer-read');
    await this.#deps.ledger.write(
      () => {
        const sentAt = this.#sentAt ?? given[0]?.item.sentAt ?? null;
        results = takeAnswers(given, { step, sentAt }, this.#deps);
        for (const group of groupResults(results)) this.#settleGroup(group);
        this.#end(results);
      },
      writeKind(this.#step, 'record'),
    );
    await crash(results.some(({ to }) => to === 'waiting') ? 'token-saved' : 'outcome-committed');
    emitSettled(this.#deps, step, results);
  }

  async withdraw(note: FailureNote): Promise<void> {
    const { ledger } = this.#deps;
    if (this.#id === null) return;
    const id = this.#id;
    const seqs = itemSeqs(this.#task.items);
    await ledger.write(
      () => {
        this.#giveBack(seqs, 'last');
        ledger.items.moveItems({
          seqs,
          step: this.#task.step,
          from: 'running',
          to: 'running',
          openSends: -1,
        });
        ledger.attempts.endBadly(id, this.#deps.serverNow(), note);
      },
      writeKind(this.#step, 'record'),
    );
  }

  #settleGroup(group: readonly [ItemResult, ...ItemResult[]]): void {
    const { ledger } = this.#deps;
    const { step } = this.#task;
    const [first] = group;
    const seqs = group.map(({ item }) => item.seq);
    const move = { seqs, step, from: 'running' } as const;
    this.#giveBack(seqs, this.#unspent(first));
    switch (first.to) {
      case 'outcome':
      case 'pass': {
        const since = this.#deps.serverNow();
        for (const target of targetsAfterStep(group, { ...this.#deps, step, since })) {
          ledger.items.moveItems({ ...move, ...target, openSends: 'clear' });
        }
        break;
      }
      case 'retry':
        ledger.items.moveItems({
          ...move,
          to: 'pending',
          attempts: first.countsAsAttempt ? 1 : 0,
          notBefore: first.notBefore,
          openSends: this.#openSends(first.effect),
        });
        break;
      case 'release':
        ledger.items.moveItems({
          ...move,
          to: 'pending',
          openSends: this.#openSends(first.effect),
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
    for (const result of group) this.#note(result);
    if (first.to === 'outcome' || first.to === 'pass') this.#forget(seqs);
  }

  /**
   * Cleans up after items that now have their outcomes: removes the progress of their uploads, and the rows
   * that keep them together in a fixed batch.
   */
  #forget(seqs: readonly number[]): void {
    const { ledger } = this.#deps;
    for (const seq of seqs) ledger.transfers.end(seq);
    if (this.#step?.operation.fixed !== undefined) ledger.batches.remove(seqs);
  }

  /** Finds out which requests of the item certainly had no effect. Their cost is returned to the budget. */
  #unspent(result: ItemResult): 'all' | 'last' | 'none' {
    if (result.to === 'outcome') return result.effect === 'none' ? 'all' : 'none';
    if (result.to !== 'retry' && result.to !== 'release') return 'none';
    return this.#openSends(result.effect) === -1 ? 'last' : 'none';
  }

  #giveBack(seqs: readonly number[], unspent: 'all' | 'last' | 'none'): void {
    const { ledger } = this.#deps;
    const name = this.#step?.paid?.name;
    if (name === undefined || unspent === 'none') return;
    if (unspent === 'all') ledger.paid.giveBackAll({ name, seqs });
    else ledger.paid.giveBackLast({ name, seqs });
  }

  #openSends(effect: 'none' | 'unknown'): -1 | 0 {
    return this.#id !== null && effect === 'none' ? -1 : 0;
  }

  #note(result: ItemResult): void {
    if (result.to === 'waiting') {
      const { ledger, serverNow } = this.#deps;
      // The age of a job counts from the send, not from the answer. If the answer was slow, the job may
      // already have ended when the answer came.
      const startedAt = this.#sentAt ?? result.item.sentAt ?? serverNow();
      ledger.remoteJobs.open(result.item.seq, result.token, startedAt);
    }
    const isUnsent = this.#id === null && result.item.openSends === 0;
    const record = outcomeRecord(result, isUnsent ? 'none' : 'unknown');
    if (record === null) return;
    this.#deps.ledger.outcomes.put({
      ...redacted(record, this.#deps),
      step: this.#task.step,
      at: this.#deps.serverNow(),
    });
  }

  #end(results: readonly ItemResult[]): void {
    if (this.#id === null) return;
    const { attempts } = this.#deps.ledger;
    const trouble = results.map(findFailureNote).find((note) => note !== null);
    if (trouble == null) attempts.endWell(this.#id);
    else attempts.endBadly(this.#id, this.#deps.serverNow(), redacted(trouble, this.#deps));
  }
}

function itemSeqs(items: readonly Item[]): number[] {
  return items.map((item) => item.seq);
}
