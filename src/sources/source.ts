import type { FileFacts } from '../core/file-facts.ts';
import type { ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { PassedOver } from '../core/passed-over.ts';
import type { ReadFields } from './read-fields.ts';

/** One thing the source found, before the filter. */
export interface Candidate {
  readonly key: ItemKey;
  /** null for items that are no files yet (URLs, local paths). */
  readonly facts: FileFacts | null;
  /** What steps need of it beside its key: the columns of a list, the path of a file. */
  readonly details?: JsonObject | null;
}

/** A row of a list, or a file of a folder, that is no item. */
export interface RejectedRow {
  /** Where: `list.csv:17`. */
  readonly place: string;
  readonly reason: string;
}

/** What a page left out; of very many, the first. */
export interface Rejected {
  readonly count: number;
  readonly samples: readonly RejectedRow[];
}

/** One page of a source; without candidates only where nothing follows. */
export interface SourcePage {
  readonly candidates: readonly Candidate[];
  /** What was no item and was left out, as the job says; absent where there is none. */
  readonly rejected?: Rejected;
  /** What a folder has beside, and was not taken; absent if there is none. */
  readonly passedOver?: PassedOver;
  /** Where the next page starts, verbatim; null where nothing follows. */
  readonly next: string | null;
  /** How many items all pages have, by the service's own counter, which may be wrong; absent if unknown. */
  readonly total?: number;
}

/** Where items come from, page by page. Reading changes nothing. */
export interface Source {
  readonly kind: string;
  /** Listings are unique but for ties at page borders; lists that people write are not. */
  readonly uniqueKeys: boolean;
  /** `cursor` null means the start. Throws a `ClassifiedError`. */
  readPage(cursor: string | null, signal: AbortSignal): Promise<SourcePage>;
  /**
   * What one item is like now; null where the project has it no more. Used to say why an item
   * is missing when its page is listed again. Absent where the source cannot tell.
   */
  lookUp?(key: ItemKey, signal: AbortSignal): Promise<FileFacts | null>;
  /**
   * True if the source would still name the item. Only of sources that were asked for what no file's
   * facts can tell (words of a search); asked for items that are missing when their page is listed again.
   */
  stillFinds?(key: ItemKey, signal: AbortSignal): Promise<boolean>;
  /** Reads what the source left out about a file; absent if its items are no files of a listing. */
  readonly readFields?: ReadFields;
}
