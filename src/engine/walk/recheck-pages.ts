import type { Item } from '../../core/item.ts';
import type { ClaimedItem, PlacedItem } from '../../ledger/item-row.ts';
import type { PageRecord } from '../../ledger/page-table.ts';
import { inParallel } from '../tasks/parallel.ts';
import { type ChangedFacts, changedFacts, type FreshLook } from './changed-facts.ts';
import { keepChanged } from './keep-evidence.ts';
import { byPage, isUnsettled } from './recheck-items.ts';
import { type Judged, judgeAlone, judgeListed } from './selection.ts';
import { skipDropped } from './skip-dropped.ts';
import type { WalkDependencies } from './walk-source.ts';

type Dependencies = Pick<WalkDependencies, 'ledger' | 'selection' | 'serverNow' | 'signal'> & {
  /** ucbulk lists a page again if its last check is older than this, ms. */
  readonly recheckAfterMs: number;
};

/** A check of a page that is not older than this is always new enough for a delete, ms. */
const FRESH_FLOOR_MS = 10_000;

/** The decision about an item that waits for the check of its page. A dropped item is not deleted. */
type Fate = 'kept' | 'dropped';

/** A check of a page. It could not decide about the items in `unjudged` (by `seq`). */
interface Look {
  /** Time of the check, server time, ms. */
  readonly at: number;
  readonly unjudged: ReadonlySet<number>;
}

/**
 * Lists old pages again before their items are deleted (docs/decisions/0004). This is necessary because
 * somebody may have stored a file in the meantime, and the answer to a delete does not show that. A check
 * takes one request per page of up to 1,000 items, and one per missing item. If the listing leaves out a
 * field that decides, the check also takes one request per item that is about to be deleted.
 */
export class PageRecheck {
  readonly #deps: Dependencies;
  readonly #underWay = new Map<number, Promise<void>>();
  /** Claimed items that wait for a check, by `seq`. A check may drop an item. */
  readonly #waiting = new Map<number, Fate>();
  /** The last check of each page. It is only in memory, so a new process checks the pages again. */
  readonly #looks = new Map<number, Look>();
  /** For each page, the age of a check that is still new enough for a delete, ms. */
  readonly #minimumAge = new Map<number, number>();

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  /** Ends items that are no longer selected, returns the others. If a check fails, all items are pending. */
  async stillSelected(step: number, items: readonly ClaimedItem[]): Promise<ClaimedItem[]> {
    const kept = () => items.filter(({ seq }) => this.#waiting.get(seq) === 'kept');
    for (const { seq } of items) this.#waiting.set(seq, 'kept');
    const elapsed = this.#stopwatch();
    const pages = byPage(items);
    let longestMs = 0;
    try {
      for (const [no, seqs] of pages) {
        const checkElapsed = this.#stopwatch();
        await this.#check(no, seqs, step);
        longestMs = Math.max(longestMs, checkElapsed());
      }
      // After the check, the delete waits for the rate limit, about as long as the check took.
      const age = elapsed() + Math.max(FRESH_FLOOR_MS, 2 * longestMs);
      for (const no of pages.keys()) {
        this.#minimumAge.set(no, Math.max(age, this.#minimumAge.get(no) ?? 0));
      }
      return this.#withFreshFacts(kept());
    } catch (error) {
      this.#release(step, kept());
      throw error;
    } finally {
      for (const { seq } of items) this.#waiting.delete(seq);
    }
  }

  /**
   * True if the pages of the items were checked recently enough to send a delete now. The allowed age
   * includes the time to check the pages of 100 items and to wait for the rate limit.
   */
  isFresh(items: readonly Item[]): boolean {
    const { recheckAfterMs, serverNow } = this.#deps;
    return [...byPage(items)].every(([no, seqs]) => {
      const minimum = this.#minimumAge.get(no) ?? FRESH_FLOOR_MS;
      return this.#wasSeen(no, seqs, serverNow() - Math.max(recheckAfterMs, minimum));
    });
  }

  /** True if the page was checked after `since` and the check decided about all items with these `seqs`. */
  #wasSeen(no: number, seqs: readonly number[], since: number): boolean {
    const page = this.#deps.ledger.pages.get(no);
    if (page === null || page.checkedAt >= since) return true;
    const look = this.#looks.get(no);
    return look !== undefined && look.at >= since && !seqs.some((seq) => look.unjudged.has(seq));
  }

  #stopwatch(): () => number {
    const startedAt = this.#deps.serverNow();
    return () => this.#deps.serverNow() - startedAt;
  }

  async #check(no: number, seqs: readonly number[], step: number): Promise<void> {
    // A check that is in progress may have begun before these items were claimed. Wait for it, then look
    // again.
    for (let running = this.#underWay.get(no); running !== undefined; ) {
      await running;
      running = this.#underWay.get(no);
    }
    const page = this.#deps.ledger.pages.get(no);
    const staleBefore = this.#deps.serverNow() - this.#deps.recheckAfterMs;
    if (page === null || this.#wasSeen(no, seqs, staleBefore)) return;
    const check = this.#recheck(page, step).finally(() => this.#underWay.delete(no));
    this.#underWay.set(no, check);
    await check;
  }

  async #recheck(page: PageRecord, step: number): Promise<void> {
    const { ledger, selection, signal } = this.#deps;
    const checkedAt = this.#deps.serverNow();
    this.#minimumAge.delete(page.no);
    const { source } = selection;
    const { candidates } = await (source.readAgain?.(page.cursor, signal) ??
      source.readPage(page.cursor, signal));
    const listed = judgeListed(candidates, selection);
    const missing = ledger.items
      .ofPage(page)
      .filter((item) => isUnsettled(item, step) && !listed.seen.has(item.key));
    // Reading fields takes one request per file, so ucbulk reads only files that are about to be deleted.
    const alone = missing.filter(
      ({ seq, key, step: at }) => at === step && (!listed.open.has(key) || this.#waiting.has(seq)),
    );
    const judged = new Map<number, Judged>();
    await inParallel(alone, selection.readsAtOnce?.() ?? 1, async ({ seq, key }) => {
      judged.set(seq, await judgeAlone(key, listed.open.get(key), { selection, signal }));
    });
    this.#settle(step, { page, missing, seen: listed.seen, judged, checkedAt });
  }

  /**
   * Records the excluded items and the check of the page in one transaction. After a kill, no page may be
   * marked as checked without its exclusions. Items at another step or in a request stay unchecked until a
   * later check. The other items of the page do not wait for them.
   */
  #settle(
    step: number,
    check: {
      page: PageRecord;
      missing: readonly PlacedItem[];
      checkedAt: number;
    } & FreshLook,
  ): void {
    const { ledger, serverNow } = this.#deps;
    const { page, missing, judged: reasons, checkedAt } = check;
    const wanted = (item: PlacedItem) => reasons.get(item.seq)?.drop === null;
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
    const changes = this.#changedFacts(step, check);
    for (const { seq } of changes.onTheWay) unjudged.add(seq);
    ledger.transaction(() => {
      for (const { seq, details } of changes.toKeep) ledger.details.put(seq, details);
      keepChanged(this.#deps, check, (item) => isUnsettled(item, step));
      const dropping = { reasons, ledger, at: serverNow() };
      skipDropped({ step, from: 'pending' }, pending, dropping);
      skipDropped({ step, from: 'running' }, waiting, dropping);
      if (unjudged.size === 0) ledger.pages.markChecked(page.no, checkedAt);
    });
    if (unjudged.size === 0) this.#looks.delete(page.no);
    else this.#looks.set(page.no, { at: checkedAt, unjudged });
    for (const { seq } of waiting) this.#waiting.set(seq, 'dropped');
  }

  #changedFacts(step: number, { page, ...look }: { page: PageRecord } & FreshLook): ChangedFacts {
    const { ledger, selection } = this.#deps;
    if (selection.recheckedFields === undefined) return { toKeep: [], onTheWay: [] };
    return changedFacts(ledger.items.ofPage(page), {
      ...look,
      step,
      waits: (seq) => this.#waiting.has(seq),
    });
  }

  /** The items with the facts that the last check found. */
  #withFreshFacts(items: readonly ClaimedItem[]): ClaimedItem[] {
    if (this.#deps.selection.recheckedFields === undefined) return [...items];
    const details = this.#deps.ledger.details.of(items.map(({ seq }) => seq));
    return items.map((item) => ({ ...item, details: details.get(item.seq) ?? null }));
  }

  #release(step: number, items: readonly ClaimedItem[]): void {
    if (items.length === 0) return;
    const seqs = items.map(({ seq }) => seq);
    const { ledger } = this.#deps;
    ledger.transaction(() =>
      ledger.items.moveItems({ seqs, step, from: 'running', to: 'pending' }),
    );
  }
}
