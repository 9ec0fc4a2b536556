import type { Item } from '../core/item.ts';
import type { ConversionApi } from '../uploadcare/conversion-api.ts';
import { itemUuid } from './item-uuid.ts';
import type { Doubt, Probe } from './operation.ts';

/**
 * Time after a request in which its conversion may still end, ms. It is a guess, like the time for imports.
 */
const CONVERSION_SETTLE_MS = 10 * 60_000;

/** The group that each document names, by the UUID of the document; null if it names none. */
export type NamedGroups = Readonly<Record<string, string | null>>;

/** Reads the groups of document pages in one format. A document always names its newest group. */
export interface PageGroups {
  /**
   * How to continue after a lost answer. If the document names another group than before, the request had its
   * effect.
   */
  readonly doubt: Doubt;
  /** Reads which group the document of an item names now. */
  namedBy(item: Item, signal: AbortSignal): Promise<string | null>;
  /** Reads which groups several documents name. Each document is read once. */
  namedByAll(items: readonly Item[], signal: AbortSignal): Promise<NamedGroups>;
}

/** Creates the reader of `converted_groups` (api 7.3). */
export function pageGroups(api: ConversionApi, format: string): PageGroups {
  const named = async (uuid: ReturnType<typeof itemUuid>, signal: AbortSignal) => {
    const info = await api.documentInfo(uuid, signal);
    return info === null ? undefined : (info.groups.get(format) ?? null);
  };
  return {
    doubt: { class: 'detectable', settleMs: CONVERSION_SETTLE_MS, probe: probeGroup(named) },
    namedBy: async (item, signal) => (await named(itemUuid(item), signal)) ?? null,
    async namedByAll(items, signal) {
      const groups: Record<string, string | null> = {};
      // Reads one document after the other, because all reads share the permit of one request.
      for (const uuid of new Set(items.map(itemUuid))) {
        groups[uuid] = (await named(uuid, signal)) ?? null;
      }
      return groups;
    },
  };
}

function probeGroup(
  named: (
    uuid: ReturnType<typeof itemUuid>,
    signal: AbortSignal,
  ) => Promise<string | null | undefined>,
): Probe {
  return async (item, signal) => {
    const uuid = itemUuid(item);
    const before = item.intent?.baseline?.[uuid];
    const group = await named(uuid, signal);
    if (before === undefined || group === undefined) {
      return { kind: 'undecided', note: 'The document is gone, and nothing else names the group' };
    }
    if (group === null || group === before) return { kind: 'did-not-happen' };
    return { kind: 'happened', outcome: { kind: 'done', result: { group } } };
  };
}
