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
  /** Data that is stored with the item for the steps, such as the columns of a list or the path of a file. */
  readonly details?: JsonObject | null;
}

/** A row of a list, or an entry of a folder, that is invalid or unreadable. */
export interface RejectedRow {
  /** The location of the row, such as `list.csv:17`. */
  readonly place: string;
  readonly reason: string;
}

/** The invalid rows of a page. If there are many, `samples` describes only the first ones. */
export interface Rejected {
  readonly count: number;
  readonly samples: readonly RejectedRow[];
}

/** One page of a source. Only the last page may have no candidates. */
export interface SourcePage {
  readonly candidates: readonly Candidate[];
  /** Invalid rows that were left out because the job allows it. Absent if there are none. */
  readonly rejected?: Rejected;
  /** Entries of a folder that were skipped on purpose. Absent if there are none. */
  readonly passedOver?: PassedOver;
  /** Items of the run's plan that no longer match. Only a page without candidates has them. */
  readonly changed?: readonly ItemKey[];
  /** The cursor of the next page, as `readPage` expects it; null on the last page. */
  readonly next: string | null;
  /** Number of items in the whole listing, as the service counts them. It may be wrong. Absent if unknown. */
  readonly total?: number;
  /**
   * True if the page comes from a file of an earlier listing, and not from the service. ucbulk then checks each
   * of its items at the service before a delete.
   */
  readonly isStored?: true;
}

/** Provides items page by page. Reading changes nothing. */
export interface Source {
  readonly kind: string;
  /**
   * True if a key can occur twice only at the border of two pages, as in the service's listings. False for
   * lists that people write.
   */
  readonly uniqueKeys: boolean;
  /** Reads a page; `cursor` is null for the first page. Throws a `ClassifiedError` if that fails. */
  readPage(cursor: string | null, signal: AbortSignal): Promise<SourcePage>;
  /**
   * Reads a page again before a delete, always from the service. Absent if `readPage` does that.
   */
  readAgain?(cursor: string | null, signal: AbortSignal): Promise<SourcePage>;
  /**
   * Reads the current facts of a file; null if the project no longer has it. ucbulk calls this if an item is
   * missing when its page is listed again. Absent if the source can't do this.
   */
  lookUp?(key: ItemKey, signal: AbortSignal): Promise<FileFacts | null>;
  /**
   * True if the source would still find the item. ucbulk calls this if an item is missing when its page is
   * listed again. Present only if the facts of a file can't decide the source's conditions, as for the words
   * of a search.
   */
  stillFinds?(key: ItemKey, signal: AbortSignal): Promise<boolean>;
  /** Reads fields that the listing left out. Absent if the items are not files of a listing. */
  readonly readFields?: ReadFields;
}
