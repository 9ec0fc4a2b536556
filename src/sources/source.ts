import type { FileFacts } from '../core/file-facts.ts';
import type { ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { PassedOver } from '../core/passed-over.ts';
import type { ReadFields } from './read-fields.ts';

/** An item that a source found, before the filter decides about it. */
export interface Candidate {
  readonly key: ItemKey;
  /** The facts about the file; null for items that are not files yet (URLs, local paths). */
  readonly facts: FileFacts | null;
  /** Data that steps need in addition to the key, such as the columns of a list or the path of a file. */
  readonly details?: JsonObject | null;
}

/** A row of a list or an entry of a folder that can't become an item. */
export interface RejectedRow {
  /** The location of the row, such as `list.csv:17`. */
  readonly place: string;
  readonly reason: string;
}

/** The rejected rows of a page. `samples` contains only the first ones if there are many. */
export interface Rejected {
  readonly count: number;
  readonly samples: readonly RejectedRow[];
}

/** One page of a source. Only the last page may have no candidates. */
export interface SourcePage {
  readonly candidates: readonly Candidate[];
  /** Invalid rows that were skipped because the job allows it; absent if there are none. */
  readonly rejected?: Rejected;
  /** Skipped entries of a folder; absent if there are none. */
  readonly passedOver?: PassedOver;
  /** The cursor of the next page, as `readPage` expects it; null on the last page. */
  readonly next: string | null;
  /** Number of items on all pages by the service's own counter, which may be wrong; absent if unknown. */
  readonly total?: number;
}

/** Provides items page by page. Reading changes nothing. */
export interface Source {
  readonly kind: string;
  /**
   * True if keys can repeat only at page borders, as in listings of the service. False for lists that people
   * write.
   */
  readonly uniqueKeys: boolean;
  /** Reads a page; `cursor` is null for the first page. If that fails, throws a `ClassifiedError`. */
  readPage(cursor: string | null, signal: AbortSignal): Promise<SourcePage>;
  /**
   * Reads the current facts of an item; null if the project no longer has it. Used when a page is listed
   * again, to find out why an item is missing there. Absent if the source can't provide this.
   */
  lookUp?(key: ItemKey, signal: AbortSignal): Promise<FileFacts | null>;
  /**
   * True if the source would still select the item. Called for items that are missing when their page is
   * listed again. Present only if facts of a file can't decide the source's conditions (words of a search).
   */
  stillFinds?(key: ItemKey, signal: AbortSignal): Promise<boolean>;
  /** Reads fields that the listing left out; absent if the items are not listed files. */
  readonly readFields?: ReadFields;
}
