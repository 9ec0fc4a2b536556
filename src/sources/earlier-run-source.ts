import type { FileFacts } from '../core/file-facts.ts';
import type { ItemKey } from '../core/item.ts';
import type { ItemState } from '../core/item-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { Source } from './source.ts';

/** The selected items of an earlier run. */
export interface EarlierRunOptions {
  readonly run: string;
  readonly states: readonly ItemState[];
}

/** An item of an earlier run. */
interface EarlierItem {
  readonly seq: number;
  readonly key: ItemKey;
  readonly details: JsonObject | null;
}

/** Reads the ledgers of earlier runs. */
export interface EarlierRuns {
  /** Items in one of the states with a `seq` above `after`, in order, at most `limit`. */
  readItems(
    options: EarlierRunOptions,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly EarlierItem[]>;
}

/** The dependencies of the source. */
export interface EarlierRunPorts {
  readonly runs: EarlierRuns;
  /** Reads the current facts of a file; absent if the run's items are not files. */
  readonly lookUp?: (key: ItemKey, signal: AbortSignal) => Promise<FileFacts | null>;
}

const PAGE_ITEMS = 1000;

/** Items of an earlier run that ended in one of the given states. */
export function earlierRunSource(options: EarlierRunOptions, ports: EarlierRunPorts): Source {
  const { runs, lookUp } = ports;
  return {
    kind: 'run',
    uniqueKeys: false,
    async readPage(cursor) {
      const after = Number(cursor ?? 0);
      const items = await runs.readItems(options, { after, limit: PAGE_ITEMS });
      const last = items.length < PAGE_ITEMS ? undefined : items.at(-1);
      const candidates = items.map(({ key, details }) => ({
        key,
        facts: null,
        ...(details === null ? {} : { details }),
      }));
      return { candidates, next: last === undefined ? null : String(last.seq) };
    },
    ...(lookUp === undefined ? {} : { lookUp }),
  };
}
