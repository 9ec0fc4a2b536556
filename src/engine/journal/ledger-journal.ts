import { canceled } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { FailureNote } from '../../core/outcome.ts';
import type { SentItems } from '../../ledger/item-table.ts';
import type { TransferNotes } from '../../operations/operation.ts';
import type { RecordedStep } from '../tasks/step-items.ts';
import type { Attempt, ItemResult, Journal, PollResult, Task } from '../tasks/task.ts';
import { emitSettled } from './emit-settled.ts';
import type { JournalDependencies } from './journal-dependencies.ts';
import { type Recorded, ResultRecorder } from './result-recorder.ts';
import { transferNotes } from './transfer-notes.ts';
import { isRepeatable } from './write-kind.ts';
import { writePoll } from './write-poll.ts';

/** Records attempts in the run's ledger. Writes at about the same time share one transaction. */
export class LedgerJournal implements Journal {
  readonly #deps: JournalDependencies;
  readonly #recorder: ResultRecorder;

  constructor(deps: JournalDependencies) {
    this.#deps = deps;
    this.#recorder = new ResultRecorder(deps);
  }

  /** Begins an attempt. The first write to the ledger is the intent, just before the send. */
  begin(task: Task): Attempt {
    return new LedgerAttempt(task, this.#deps, this.#recorder);
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
    if (settled.to === 'outcome') emitSettled(this.#deps, new Map([[{ step }, [settled]]]));
  }

  /** Records a late answer. The items are in doubt until the transaction ends, or have their results. */
  async settleLate(sent: SentItems, decide: (item: Item) => ItemResult | null): Promise<void> {
    const { ledger } = this.#deps;
    if (ledger.items.lost(sent).length === 0) return;
    let recorded: Recorded = new Map();
    await ledger.write(() => {
      const results = ledger.items.lost(sent).flatMap((item) => decide(item) ?? []);
      if (results.length === 0) return;
      const { step, attempt } = sent;
      const seqs = results.map(({ item }) => item.seq);
      for (const seq of seqs) ledger.outcomes.remove(seq, step);
      ledger.items.moveItems({ seqs, step, from: 'in-doubt', to: 'running' });
      const sentAt = results[0]?.item.sentAt ?? null;
      recorded = this.#recorder.write([{ step, results, intent: attempt, isSent: true, sentAt }]);
    }, 'record');
    emitSettled(this.#deps, recorded);
    await this.#deps.crash('outcome-committed');
  }
}

class LedgerAttempt implements Attempt {
  readonly #task: Task;
  readonly #deps: JournalDependencies;
  readonly #recorder: ResultRecorder;
  readonly #step: RecordedStep | undefined;
  #isIntended = false;
  /** The id of the intent; null if none was written. */
  #id: number | null = null;
  /** Server time of the last send, ms; null if nothing was sent. */
  #sentAt: number | null = null;

  constructor(task: Task, deps: JournalDependencies, recorder: ResultRecorder) {
    this.#task = task;
    this.#deps = deps;
    this.#recorder = recorder;
    this.#step = deps.steps[task.step];
  }

  get isIntended(): boolean {
    return this.#isIntended;
  }

  get id(): number | null {
    return this.#id;
  }

  /** Writes the intent. A repeatable request needs none: if its answer is lost, ucbulk sends it again. */
  async intend(baseline: JsonObject | null): Promise<void> {
    if (this.#step === undefined || !isRepeatable(this.#step)) await this.#writeIntent(baseline);
    this.#isIntended = true;
  }

  async #writeIntent(baseline: JsonObject | null): Promise<void> {
    const { ledger } = this.#deps;
    const { step, items } = this.#task;
    const paid = this.#step?.paid ?? null;
    let id = this.#id;
    let mayBuy = true;
    await ledger.write(() => {
      const sentAt = this.#deps.serverNow();
      this.#sentAt = sentAt;
      if (id !== null) return ledger.attempts.resend(id, sentAt);
      if (paid !== null) {
        mayBuy = ledger.paid.take({ ...paid, step, seqs: itemSeqs(items) }, paid.limit);
        if (!mayBuy) return;
      }
      id = ledger.attempts.begin({ step, items: items.length, sentAt, baseline });
      ledger.items.markSent(itemSeqs(items), id);
    }, 'intent');
    if (!mayBuy) throw canceled('The budget of this operation is spent');
    this.#id = id;
    await this.#deps.crash('intent-committed');
  }

  async settle(given: readonly ItemResult[]): Promise<void> {
    const { crash } = this.#deps;
    await crash('answer-read');
    const results = await this.#recorder.record({
      step: this.#task.step,
      results: given,
      intent: this.#id,
      isSent: this.#isIntended,
      sentAt: this.#sentAt ?? given[0]?.item.sentAt ?? null,
    });
    await crash(results.some(({ to }) => to === 'waiting') ? 'token-saved' : 'outcome-committed');
  }

  async withdraw(note: FailureNote): Promise<void> {
    const { ledger } = this.#deps;
    if (this.#id === null) return;
    const id = this.#id;
    const seqs = itemSeqs(this.#task.items);
    const { step } = this.#task;
    const paid = this.#step?.paid ?? null;
    await ledger.write(() => {
      if (paid !== null) ledger.paid.giveBackLast({ ...paid, step, seqs });
      ledger.items.moveItems({ seqs, step, from: 'running', to: 'running', openSends: -1 });
      ledger.attempts.endBadly(id, this.#deps.serverNow(), note);
    }, 'record');
  }
}

function itemSeqs(items: readonly Item[]): number[] {
  return items.map((item) => item.seq);
}
