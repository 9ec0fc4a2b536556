import type { FileFacts } from '../core/file-facts.ts';
import { type Item, isFinal } from '../core/item.ts';
import type { SkipReason } from '../core/outcome.ts';
import type { ClaimedItem, PlacedItem } from '../ledger/item-row.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PageRecord } from '../ledger/page-table.ts';
import { endsOf } from './item-targets.ts';
import { isSelected, type Selection } from './selection.ts';

/** What the re-check needs. */
export interface RecheckPorts {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly serverNow: () => number;
  /** Pages last looked at longer ago than this are listed again, ms. */
  readonly recheckAfterMs: number;
  readonly signal: AbortSignal;
}

/** See `isFresh`. */
const FRESH_FLOOR_MS = 10_000;

/** What became of an item that waits for the check of its page. */
type Verdict = 'kept' | 'dropped';

/** A look at a page after which items were left that were missing and could not be judged by it. */
interface Look {
  /** Server time, ms. */
  readonly at: number;
  readonly unjudged: ReadonlySet<number>;
}

/** Why items are dropped, by `seq`; null for those that still belong to the selection. */
type Reasons = ReadonlyMap<number, SkipReason | null>;

/**
 * Lists stale pages again before their items are deleted: the answer to a delete can't show that
 * somebody stored the file meanwhile. Costs one request per page of up to 1,000 items, and one
 * for each item that is missing on it.
 */
export class PageRecheck {
  readonly #ports: RecheckPorts;
  readonly #underWay = new Map<number, Promise<void>>();
  /** Claimed items, by `seq`, of all windows that wait for a check: they may be dropped under the window's eyes. */
  readonly #waiting = new Map<number, Verdict>();
  /** By page. Not durable: a process that dies looks again. */
  readonly #looks = new Map<number, Look>();

  constructor(ports: RecheckPorts) {
    this.#ports = ports;
  }

  /**
   * Settles those of the claimed items that must not be touched any more, and gives the others.
   * Where a check fails, the others are pending again.
   */
  async stillSelected(step: number, items: readonly ClaimedItem[]): Promise<ClaimedItem[]> {
    const kept = () => items.filter(({ seq }) => this.#waiting.get(seq) === 'kept');
    for (const { seq } of items) this.#waiting.set(seq, 'kept');
    try {
      for (const [no, seqs] of byPage(items)) await this.#check(no, seqs, step);
      return kept();
    } catch (error) {
      this.#release(step, kept());
      throw error;
    } finally {
      for (const { seq } of items) this.#waiting.delete(seq);
    }
  }

  /**
   * True while the pages of the items were looked at recently enough for a request that leaves
   * now. The bound has a floor, or a slow gate and a short `recheckAfter` would never let one leave.
   */
  isFresh(items: readonly Item[]): boolean {
    const { recheckAfterMs, serverNow } = this.#ports;
    const oldest = serverNow() - Math.max(recheckAfterMs, FRESH_FLOOR_MS);
    return [...byPage(items)].every(([no, seqs]) => this.#wasSeen(no, seqs, oldest));
  }

  /** True where the page was looked at since then, and that look told of all these items. */
  #wasSeen(no: number, seqs: readonly number[], since: number): boolean {
    const page = this.#ports.ledger.pages.get(no);
    if (page === null || page.checkedAt >= since) return true;
    const look = this.#looks.get(no);
    return look !== undefined && look.at >= since && !seqs.some((seq) => look.unjudged.has(seq));
  }

  #check(no: number, seqs: readonly number[], step: number): Promise<void> {
    const running = this.#underWay.get(no);
    if (running !== undefined) return running;
    const page = this.#ports.ledger.pages.get(no);
    const staleBefore = this.#ports.serverNow() - this.#ports.recheckAfterMs;
    if (page === null || this.#wasSeen(no, seqs, staleBefore)) return Promise.resolve();
    const check = this.#recheck(page, step).finally(() => this.#underWay.delete(no));
    this.#underWay.set(no, check);
    return check;
  }

  async #recheck(page: PageRecord, step: number): Promise<void> {
    const { ledger, selection, signal } = this.#ports;
    const checkedAt = this.#ports.serverNow();
    const { candidates } = await selection.source.readPage(page.cursor, signal);
    const present = new Set(
      candidates.filter((candidate) => isSelected(candidate, selection)).map(({ key }) => key),
    );
    const missing = ledger.items
      .ofPage(page)
      .filter((item) => isUnsettled(item, step) && !present.has(item.key));
    const reasons = new Map<number, SkipReason | null>();
    for (const item of missing) {
      if (item.step === step) reasons.set(item.seq, await this.#reasonFor(item));
    }
    this.#settle(step, { page, missing, reasons, checkedAt });
  }

  async #reasonFor(item: PlacedItem): Promise<SkipReason | null> {
    const { selection, signal } = this.#ports;
    if (selection.source.lookUp === undefined) return 'no longer matches';
    const facts = await selection.source.lookUp(item.key, signal);
    return skipReason(facts, isStillWanted(item.key, facts, selection));
  }

  /**
   * What was dropped and that the page was looked at become durable together, or a process that
   * dies in between would take the page for checked. An item that could not be judged or not be
   * dropped (it is at another step, or on its way) leaves the page unchecked: when its turn comes
   * it is listed again, and the others need not wait for that.
   */
  #settle(
    step: number,
    check: {
      page: PageRecord;
      missing: readonly PlacedItem[];
      reasons: Reasons;
      checkedAt: number;
    },
  ): void {
    const { ledger } = this.#ports;
    const { page, missing, reasons, checkedAt } = check;
    const wanted = (item: PlacedItem) => reasons.get(item.seq) === null;
    const absent = new Set(missing.filter((item) => !wanted(item)).map(({ seq }) => seq));
    const open = ledger.items
      .ofPage(page)
      .filter((item) => absent.has(item.seq) && isUnsettled(item, step));
    const judged = open.filter((item) => item.step === step && reasons.has(item.seq));
    const pending = judged.filter(({ state }) => state === 'pending');
    const waiting = judged.filter(
      ({ seq, state }) => state === 'running' && this.#waiting.has(seq),
    );
    const dropped = new Set([...pending, ...waiting]);
    const unjudged = new Set(open.filter((item) => !dropped.has(item)).map(({ seq }) => seq));
    ledger.transaction(() => {
      this.#skip({ step, from: 'pending' }, pending, reasons);
      this.#skip({ step, from: 'running' }, waiting, reasons);
      if (unjudged.size === 0) ledger.pages.markChecked(page.no, checkedAt);
    });
    if (unjudged.size === 0) this.#looks.delete(page.no);
    else this.#looks.set(page.no, { at: checkedAt, unjudged });
    for (const { seq } of waiting) this.#waiting.set(seq, 'dropped');
  }

  #skip(
    where: { step: number; from: 'pending' | 'running' },
    items: readonly PlacedItem[],
    reasons: Reasons,
  ): void {
    if (items.length === 0) return;
    const { ledger, serverNow } = this.#ports;
    const { step } = where;
    const seqs = items.map(({ seq }) => seq);
    for (const end of endsOf(seqs, 'skipped', ledger)) ledger.items.moveItems({ ...where, ...end });
    const blank = { step, state: 'skipped', message: null, requestId: null, result: null } as const;
    for (const { seq } of items) {
      ledger.outcomes.put({
        ...blank,
        item: seq,
        reason: reasons.get(seq) ?? null,
        at: serverNow(),
      });
    }
  }

  #release(step: number, items: readonly ClaimedItem[]): void {
    if (items.length === 0) return;
    const seqs = items.map(({ seq }) => seq);
    const { ledger } = this.#ports;
    ledger.transaction(() =>
      ledger.items.moveItems({ seqs, step, from: 'running', to: 'pending' }),
    );
  }
}

/** What is missing and may come to a delete yet. Where our own request may have removed it, it is replayed. */
function isUnsettled(item: PlacedItem, step: number): boolean {
  if (item.step !== step) return !isFinal(item.state);
  const isOpen = item.state === 'pending' || item.state === 'running';
  return isOpen && item.openSends === 0;
}

/** The items of each page, by `seq`. */
function byPage(items: readonly Item[]): Map<number, number[]> {
  const pages = new Map<number, number[]>();
  for (const item of items) {
    const no = 'page' in item ? Number(item.page) : 0;
    pages.set(no, [...(pages.get(no) ?? []), item.seq]);
  }
  return pages;
}

function isStillWanted(key: string, facts: FileFacts | null, selection: Selection): boolean {
  return facts !== null && facts.removedAt === null && isSelected({ key, facts }, selection);
}

function skipReason(facts: FileFacts | null, isWanted: boolean): SkipReason | null {
  if (facts === null || facts.removedAt !== null) return 'gone';
  if (isWanted) return null;
  return facts.storedAt === null ? 'no longer matches' : 'stored meanwhile';
}
