import type { Item } from '../core/item.ts';
import type { ConversionApi } from '../uploadcare/conversion-api.ts';
import { itemUuid } from './item-uuid.ts';
import type { Doubt, Probe } from './operation.ts';

/**
 * A conversion may still end until this long after its request, ms. This is a guess, like the time for
 * imports.
 */
const CONVERSION_SETTLE_MS = 10 * 60_000;

/** The page group that the service shows for each document, by the document's UUID; null if it shows none. */
export type NamedGroups = Readonly<Record<string, string | null>>;

/**
 * Reads the groups that contain the pages of documents as images. For each format, the service shows the
 * newest group of a document.
 */
export interface PageGroups {
  /**
   * How ucbulk finds out the result after a lost answer. If the document shows another group than before, the
   * request had its effect.
   */
  readonly doubt: Doubt;
  /** Reads the group that the service shows for the document of an item. */
  namedBy(item: Item, signal: AbortSignal): Promise<string | null>;
  /** Reads the groups of several documents. Each document is read once. */
  namedByAll(items: readonly Item[], signal: AbortSignal): Promise<NamedGroups>;
}

/** Creates the reader of the field `converted_groups` (docs/uploadcare-api.md 7.3). */
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
      // Read one document after the other: together, the reads count as one request in the limit on
      // concurrent requests.
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
