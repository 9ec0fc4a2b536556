import type { FileFacts } from '../core/file-facts.ts';
import type { SkipReason } from '../core/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedItem, PlacedItem } from '../ledger/item-table.ts';
import type { PageRecord } from '../ledger/page-table.ts';
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

/** Items that no longer belong to the selection, by `seq`, with the reason. */
type Dropped = ReadonlyMap<number, SkipReason>;

/**
 * Lists stale pages again before their items are deleted: the answer to a delete can't show that
 * somebody stored the file meanwhile. Costs one request per page of up to 1,000 items, and one
 * for each item that is missing on it.
 */
export class PageRecheck {
  readonly #ports: RecheckPorts;
  readonly #underWay = new Map<number, Promise<Dropped>>();

  constructor(ports: RecheckPorts) {
    this.#ports = ports;
  }

  /** Settles those of the claimed items that must not be touched any more, and gives the others. */
  async stillSelected(step: number, items: readonly ClaimedItem[]): Promise<ClaimedItem[]> {
    const dropped = new Map<number, SkipReason>();
    for (const no of new Set(items.map(({ page }) => page))) {
      for (const [seq, reason] of await this.#check(no, step)) dropped.set(seq, reason);
    }
    const claimed = items.filter((item) => dropped.has(item.seq));
    this.#skip(step, 'running', bySeq(claimed, dropped));
    return items.filter((item) => !dropped.has(item.seq));
  }

  #check(no: number, step: number): Promise<Dropped> {
    const running = this.#underWay.get(no);
    if (running !== undefined) return running;
    const page = this.#ports.ledger.pages.get(no);
    const staleBefore = this.#ports.serverNow() - this.#ports.recheckAfterMs;
    if (page === null || page.checkedAt >= staleBefore) return Promise.resolve(new Map());
    const check = this.#recheck(page, step).finally(() => this.#underWay.delete(no));
    this.#underWay.set(no, check);
    return check;
  }

  async #recheck(page: PageRecord, step: number): Promise<Dropped> {
    const { ledger, selection, signal } = this.#ports;
    const checkedAt = this.#ports.serverNow();
    const { candidates } = await selection.source.readPage(page.cursor, signal);
    const present = new Set(
      candidates.filter((candidate) => isSelected(candidate, selection)).map(({ key }) => key),
    );
    const missing = ledger.items
      .ofPage(page)
      .filter((item) => isOpenAt(item, step) && !present.has(item.key));
    const dropped = new Map<number, SkipReason>();
    for (const item of missing) {
      const reason = await this.#reasonFor(item);
      if (reason !== null) dropped.set(item.seq, reason);
    }
    this.#settle(step, { page, missing, dropped, checkedAt });
    return dropped;
  }

  async #reasonFor(item: PlacedItem): Promise<SkipReason | null> {
    const { selection, signal } = this.#ports;
    if (selection.source.lookUp === undefined) return 'no longer matches';
    const facts = await selection.source.lookUp(item.key, signal);
    return skipReason(facts, isStillWanted(item.key, facts, selection));
  }

  #settle(
    step: number,
    check: { page: PageRecord; missing: readonly PlacedItem[]; dropped: Dropped; checkedAt: number },
  ): void {
    const { ledger } = this.#ports;
    ledger.transaction(() => {
      const now = new Map(ledger.items.ofPage(check.page).map((item) => [item.seq, item.state]));
      const pending = check.missing.filter(({ seq }) => now.get(seq) === 'pending');
      this.#skip(step, 'pending', bySeq(pending, check.dropped));
      ledger.pages.markChecked(check.page.no, check.checkedAt);
    });
  }

  #skip(step: number, from: 'pending' | 'running', reasons: Dropped): void {
    const { ledger } = this.#ports;
    if (reasons.size === 0) return;
    ledger.transaction(() => {
      ledger.items.moveItems({ seqs: [...reasons.keys()], step, from, to: 'skipped' });
      const blank = { step, state: 'skipped', message: null, requestId: null, result: null } as const;
      for (const [item, reason] of reasons) {
        ledger.outcomes.put({ ...blank, item, reason, at: this.#ports.serverNow() });
      }
    });
  }
}

/** An item whose own request may have removed it is not judged by its absence: it is replayed. */
function isOpenAt(item: PlacedItem, step: number): boolean {
  const isOpen = item.state === 'pending' || item.state === 'running';
  return item.step === step && isOpen && item.openSends === 0;
}

function isStillWanted(key: string, facts: FileFacts | null, selection: Selection): boolean {
  return facts !== null && facts.removedAt === null && isSelected({ key, facts }, selection);
}

function skipReason(facts: FileFacts | null, isWanted: boolean): SkipReason | null {
  if (facts === null || facts.removedAt !== null) return 'gone';
  if (isWanted) return null;
  return facts.storedAt === null ? 'no longer matches' : 'stored meanwhile';
}

function bySeq(items: readonly { readonly seq: number }[], dropped: Dropped): Dropped {
  const reasons = new Map<number, SkipReason>();
  for (const { seq } of items) {
    const reason = dropped.get(seq);
    if (reason !== undefined) reasons.set(seq, reason);
  }
  return reasons;
}
