import type { ItemEntry, ItemsQuery, ReportData } from '../page-data/shapes.ts';
import type { DataSource } from './data-source.ts';

const PAGE_ITEMS = 100;
const PAGE_PAIRS = 50;

/** Reads data from the report that contains the page. It never asks the network for anything. */
export function fileSource(report: ReportData): DataSource {
  const { run, items, pictures, version, writtenAt } = report;
  const pairs = items.filter(({ after }) => after !== null && pictures[after] != null);
  return {
    isLive: false,
    canControl: false,
    onlyRun: run.status.run,
    written: { at: writtenAt, version },
    followRuns: () => () => undefined,
    followRun: (_, follower) => {
      follower.show({ ...run, hasPictures: pairs.length > 0 });
      return () => undefined;
    },
    items: async (_, query) => {
      const found = items.filter((item) => matchesQuery(item, query));
      const { part, next } = slice(found, query.after ?? null, PAGE_ITEMS);
      return { items: part, next };
    },
    gallery: async (_, after) => {
      const { part, next } = slice(pairs, after, PAGE_PAIRS);
      return { pairs: part, next };
    },
    doubt: unavailable,
    send: unavailable,
    picture: (url) => pictures[url] ?? null,
  };
}

/** True if an item of a report passes all filters of a query. */
export function matchesQuery(item: ItemEntry, query: ItemsQuery): boolean {
  const { state, step, reason, key } = query;
  if (key !== undefined && item.key !== key) return false;
  const matches = (found: Outcome) =>
    (state === undefined || found.state === state) &&
    (step === undefined || found.step === step) &&
    (reason === undefined || found.reason === reason);
  if (matches(item)) return true;
  // An item that failed at an earlier step and continued has its cause there.
  const earlier = step === undefined ? undefined : item.earlierSteps[step];
  return earlier !== undefined && matches({ ...(earlier as object), step });
}

interface Outcome {
  readonly state?: unknown;
  readonly step?: unknown;
  readonly reason?: unknown;
}

function slice(all: readonly ItemEntry[], after: string | null, length: number) {
  const end = Math.max(0, Number(after ?? 0) || 0) + length;
  return { part: all.slice(end - length, end), next: end < all.length ? String(end) : null };
}

async function unavailable(): Promise<never> {
  throw new Error('A report can only be read.');
}
