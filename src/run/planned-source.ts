import type { ItemKey } from '../core/item.ts';
import { inParallel } from '../engine/tasks/parallel.ts';
import type { PlannedItems } from '../engine/walk/planned-items.ts';
import type { Selection } from '../engine/walk/selection.ts';
import type { PlanKeys } from '../ledger/plan-keys.ts';
import { hashCandidate } from '../plans/entry-hash.ts';
import type { Candidate, Source, SourcePage } from '../sources/source.ts';

/** Prefix of the cursors of pages with planned items that no longer match. */
const CHANGED = 'changed:';
/** Prefix of the cursors of pages whose files are read one by one. */
const READ = 'read:';
/** Number of files that are read for one page. */
const READS_PER_PAGE = 100;
/** Number of items on a page of changed items. */
const CHANGED_PER_PAGE = 1000;

interface Options {
  /** The items of the plan. */
  readonly keys: PlanKeys;
  /** True to read each file of the plan, instead of listing the source again. */
  readonly readsEach: boolean;
  /** Number of items that the source listed when the plan was made. */
  readonly listed: number;
  /** Yields the keys of the items that the ledger has, in groups. */
  readonly recordedKeys: () => AsyncIterable<readonly ItemKey[]>;
}

/**
 * Restricts a selection to the items of a plan. The plan has applied the limit of the job already. If there is a
 * limit, the listing ends with the last item of the plan, as it did when the plan was made.
 */
export function createPlannedSelection(selection: Selection, given: Options): Selection {
  const hasLimit = selection.limit != null;
  const options = { ...given, hasLimit };
  const { keys, readsEach, listed } = options;
  const plan: PlannedItems = {
    standing(candidate) {
      const planned = keys.find(candidate.key);
      if (planned === null) return 'new';
      // The facts of a file may change as long as it still matches. But a row with other columns is other work.
      const isSame = candidate.facts !== null || planned.hash === hashCandidate(candidate);
      return isSame ? 'planned' : 'changed';
    },
    countNew: createNewMatchCounter(hasLimit),
    listed: readsEach || hasLimit ? listed : null,
  };
  return { ...selection, plan, limit: null, source: new PlannedSource(selection, options) };
}

/**
 * Creates a function that counts new matches. If the plan has a limit, a match is new only if an entry of the plan
 * follows it. Other matches are beyond the limit, as they were when the plan was made.
 */
function createNewMatchCounter(hasLimit: boolean): PlannedItems['countNew'] {
  let afterLastPlanned = 0;
  return (entries) => {
    let count = 0;
    for (const { standing, isMatch } of entries) {
      if (isMatch) afterLastPlanned += 1;
      if (hasLimit && standing === 'new') continue;
      count += afterLastPlanned;
      afterLastPlanned = 0;
    }
    return count;
  };
}

/**
 * A source that provides the items of a plan. It lists the real source again, or reads each file of the plan.
 * After that, its pages contain the items of the plan that the ledger does not have: they no longer match.
 */
class PlannedSource implements Source {
  readonly kind: string;
  readonly uniqueKeys: boolean;
  readonly lookUp?: NonNullable<Source['lookUp']>;
  readonly stillFinds?: NonNullable<Source['stillFinds']>;
  readonly readAgain?: NonNullable<Source['readAgain']>;
  readonly readFields?: NonNullable<Source['readFields']>;
  readonly #selection: Selection;
  readonly #options: Options & { readonly hasLimit: boolean };
  #hasMetRecorded = false;

  constructor(selection: Selection, options: Options & { readonly hasLimit: boolean }) {
    const { source } = selection;
    this.#selection = selection;
    this.#options = options;
    this.kind = source.kind;
    this.uniqueKeys = source.uniqueKeys;
    if (source.lookUp !== undefined) this.lookUp = source.lookUp.bind(source);
    if (source.stillFinds !== undefined) this.stillFinds = source.stillFinds.bind(source);
    if (source.readAgain !== undefined && !options.readsEach) {
      this.readAgain = source.readAgain.bind(source);
    }
    if (source.readFields !== undefined) this.readFields = source.readFields;
  }

  async readPage(cursor: string | null, signal: AbortSignal): Promise<SourcePage> {
    if (cursor?.startsWith(CHANGED)) return this.#changedPage(positionIn(cursor, CHANGED));
    if (this.#options.readsEach) {
      return this.#readFiles(cursor === null ? 0 : positionIn(cursor, READ), signal);
    }
    const page = await this.#selection.source.readPage(cursor, signal);
    if (page.next === null) return { ...page, next: `${CHANGED}0` };
    // The run compares the number of listed items with the total. A listing that the limit ends has fewer items.
    const { total: _, ...others } = page;
    const kept = this.#options.hasLimit ? others : page;
    return this.#hasLastPlanned(page) ? { ...kept, next: `${CHANGED}0` } : kept;
  }

  /** True if the page has the last item of a plan with a limit. All further entries are beyond the limit. */
  #hasLastPlanned({ candidates }: SourcePage): boolean {
    const { hasLimit, keys } = this.#options;
    return hasLimit && candidates.some(({ key }) => keys.isLast(key));
  }

  async #changedPage(after: number): Promise<SourcePage> {
    const { keys } = this.#options;
    await this.#meetRecorded();
    const items = keys.unmet(after, CHANGED_PER_PAGE);
    const last = items.length < CHANGED_PER_PAGE ? undefined : items.at(-1);
    return {
      candidates: [],
      changed: items.map(({ key }) => key),
      next: last === undefined ? null : `${CHANGED}${last.position}`,
    };
  }

  /**
   * Marks the items that the ledger has. Once per process is enough: the ledger gets no more of them after the
   * first page of changed items, and such a page begins after the items of the page before.
   */
  async #meetRecorded(): Promise<void> {
    if (this.#hasMetRecorded) return;
    for await (const keys of this.#options.recordedKeys()) this.#options.keys.meet(keys);
    this.#hasMetRecorded = true;
  }

  /** Reads the next files of the plan. Continues until one of them still exists, or the plan ends. */
  async #readFiles(after: number, signal: AbortSignal): Promise<SourcePage> {
    const { keys } = this.#options;
    for (let position = after; ; ) {
      const slice = keys.after(position, READS_PER_PAGE);
      const candidates = await this.#readSlice(slice, signal);
      position = slice.at(-1)?.position ?? position;
      const hasMore = keys.after(position, 1).length > 0;
      if (candidates.length > 0 || !hasMore) {
        return { candidates, next: hasMore ? `${READ}${position}` : `${CHANGED}0` };
      }
    }
  }

  async #readSlice(
    slice: readonly { readonly key: ItemKey }[],
    signal: AbortSignal,
  ): Promise<Candidate[]> {
    const found = new Map<ItemKey, Candidate>();
    await inParallel(slice, this.#selection.readsAtOnce?.() ?? 1, async ({ key }) => {
      signal.throwIfAborted();
      const candidate = await this.#readFile(key, signal);
      if (candidate !== null) found.set(key, candidate);
    });
    return slice.flatMap(({ key }) => found.get(key) ?? []);
  }

  /** Reads a file. Null if it is gone, or if the conditions of the source exclude it now. */
  async #readFile(key: ItemKey, signal: AbortSignal): Promise<Candidate | null> {
    const { source, asked } = this.#selection;
    const facts = (await source.lookUp?.(key, signal)) ?? null;
    if (facts === null || facts.removedAt !== null) return null;
    if (asked !== undefined && asked(facts).kind !== 'yes') return null;
    const isFound = (await source.stillFinds?.(key, signal)) ?? true;
    return isFound ? { key, facts } : null;
  }
}

function positionIn(cursor: string, prefix: string): number {
  return Number(cursor.slice(prefix.length));
}
