import type { FileFacts } from '../core/file-facts.ts';
import type { ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { PassedOver } from '../core/passed-over.ts';
import type { ReadFields } from './read-fields.ts';

/** A possible item, before the filter. */
export interface Candidate {
  readonly key: ItemKey;
  /** null for items that are not files yet (URLs, local paths). */
  readonly facts: FileFacts | null;
  /** Data that steps need in addition to the key: the columns of a list, the path of a file. */
  readonly details?: JsonObject | null;
}

/** A row of a list, or an entry of a folder, that is not an item. */
export interface RejectedRow {
  /** Its location: `list.csv:17`. */
  readonly place: string;
  readonly reason: string;
}

/** The rejected rows of a page; only the first ones if there are many. */
export interface Rejected {
  readonly count: number;
  readonly samples: readonly RejectedRow[];
}

/** A page of a source. Only the last page may have no candidates. */
export interface SourcePage {
  readonly candidates: readonly Candidate[];
  /** Rows that are not items and were skipped as the job asks; absent if there are none. */
  readonly rejected?: Rejected;
  /** Skipped entries of a folder; absent if there are none. */
  readonly passedOver?: PassedOver;
  /** Start of the next page, verbatim; null on the last page. */
  readonly next: string | null;
  /**
   * Number of items on all pages, by the service's own counter, which may be wrong; absent if
   * unknown.
   */
  readonly total?: number;
}

/** Provides items page by page. Reading changes nothing. */
export interface Source {
  readonly kind: string;
  /**
   * True for listings, whose keys repeat only for ties at page borders; false for lists that people
   * write.
   */
  readonly uniqueKeys: boolean;
  /** Reads a page; `cursor` is null for the first. Throws a `ClassifiedError`. */
  readPage(cursor: string | null, signal: AbortSignal): Promise<SourcePage>;
  /**
   * Reads the current facts of an item; null if the project no longer has it. Used to explain why
   * an item is missing when its page is listed again. Absent if the source cannot provide it.
   */
  lookUp?(key: ItemKey, signal: AbortSignal): Promise<FileFacts | null>;
  /**
   * True if the source would still select the item. Exists only in sources whose conditions cannot be
   * checked with a file's facts (words of a search). Called for items that are missing when their
   * page is listed again.
   */
  stillFinds?(key: ItemKey, signal: AbortSignal): Promise<boolean>;
  /** Reads fields that the listing omitted; absent if the items are not files of a listing. */
  readonly readFields?: ReadFields;
}
