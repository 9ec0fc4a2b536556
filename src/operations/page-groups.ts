import type { Item } from '../core/item.ts';
import type { ConversionApi } from '../uploadcare/conversion-api.ts';
import type { Doubt, Probe } from './operation.ts';
import { uuidOf } from './uuid-of.ts';

/** How long after a request its conversion may still end: a guess, as for imports, ms. */
const CONVERSION_SETTLE_MS = 10 * 60_000;

/** By the document's UUID, the group that it names; null where it names none. */
export type NamedGroups = Readonly<Record<string, string | null>>;

/** The groups of documents' pages in one format. A document names the one that was made last. */
export interface PageGroups {
  /** What becomes of a lost answer: another group than before is its effect. */
  readonly doubt: Doubt;
  /** The group that the document of an item names now. */
  namedBy(item: Item, signal: AbortSignal): Promise<string | null>;
  /** The same of several documents, each read once. */
  namedByAll(items: readonly Item[], signal: AbortSignal): Promise<NamedGroups>;
}

/** Reads `converted_groups` (api 7.3). */
export function pageGroups(api: ConversionApi, format: string): PageGroups {
  const named = async (uuid: ReturnType<typeof uuidOf>, signal: AbortSignal) => {
    const info = await api.documentInfo(uuid, signal);
    return info === null ? undefined : (info.groups.get(format) ?? null);
  };
  return {
    doubt: { class: 'detectable', settleMs: CONVERSION_SETTLE_MS, probe: probeGroup(named) },
    namedBy: async (item, signal) => (await named(uuidOf(item), signal)) ?? null,
    async namedByAll(items, signal) {
      const groups: Record<string, string | null> = {};
      // One after the other: they share the one place that the request has.
      for (const uuid of new Set(items.map(uuidOf))) {
        groups[uuid] = (await named(uuid, signal)) ?? null;
      }
      return groups;
    },
  };
}

function probeGroup(
  named: (
    uuid: ReturnType<typeof uuidOf>,
    signal: AbortSignal,
  ) => Promise<string | null | undefined>,
): Probe {
  return async (item, signal) => {
    const uuid = uuidOf(item);
    const before = item.intent?.baseline?.[uuid];
    const group = await named(uuid, signal);
    if (before === undefined || group === undefined) {
      return { kind: 'undecided', note: 'The document is gone, and nothing else names the group' };
    }
    if (group === null || group === before) return { kind: 'did-not-happen' };
    return { kind: 'happened', outcome: { kind: 'done', result: { group } } };
  };
}
