import { isRefusal } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { type FileSearch, MAX_SEARCH_PAGE } from '../uploadcare/search-api.ts';
import type { FileDetails } from '../uploadcare/wire/file-details.ts';

/** Reads one of several files; null if the project does not have it, or has removed it. */
export type FileLookup<Facts extends FileFacts> = (
  file: string,
  signal: AbortSignal,
) => Promise<Facts | null>;

/** The two ways to read files: many with a search, or one. */
interface Readers<Facts extends FileFacts> {
  search(conditions: FileSearch, signal: AbortSignal): Promise<readonly Facts[]>;
  read(file: FileUuid, signal: AbortSignal): Promise<Facts | null>;
}

/** The service refuses a search without an order. */
const SORT = ['datetime_uploaded'];

/** Looks up the facts of files. */
export function lookUpFacts(
  { files, search }: Pick<RestClient, 'files' | 'search'>,
  wanted: readonly string[],
): FileLookup<FileFacts> {
  return lookUpTogether(wanted, {
    async search(conditions, signal) {
      const page = { search: conditions, sort: SORT, limit: MAX_SEARCH_PAGE, offset: 0 };
      return (await search.find(page, signal)).files;
    },
    read: (file, signal) => files.fileInfo(file, signal),
  });
}

/** Looks up files together with the results that add-ons have stored with them. */
export function lookUpAppData(
  { files, search }: Pick<RestClient, 'files' | 'search'>,
  wanted: readonly string[],
): FileLookup<FileDetails> {
  return lookUpTogether(wanted, {
    search: (conditions, signal) => search.findWithAppData(conditions, signal),
    read: (file, signal) => files.fileDetails(file, { extra: 'appdata', signal }),
  });
}

/**
 * Looks up several files with one search, because each request is billed. The search index is about 15 s
 * late. So a file that the search does not find is read alone. The search is sent with the first lookup.
 */
function lookUpTogether<Facts extends FileFacts>(
  wanted: readonly string[],
  readers: Readers<Facts>,
): FileLookup<Facts> {
  const uuids = [...new Set(wanted.filter(isFileUuid))];
  let found: Promise<ReadonlyMap<string, Facts>> | null = null;
  return async (file, signal) => {
    if (!isFileUuid(file)) return null;
    found ??= searchFor(uuids, readers, signal);
    const uuid = parseFileUuid(file);
    const facts = (await found).get(uuid) ?? (await readers.read(uuid, signal));
    return facts === null || facts.removedAt !== null ? null : facts;
  };
}

async function searchFor<Facts extends FileFacts>(
  uuids: readonly string[],
  readers: Readers<Facts>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Facts>> {
  const found = new Map<string, Facts>();
  // A search for one file costs as much as reading it, and is less current.
  for (let start = 0; start < uuids.length && uuids.length > 1; start += MAX_SEARCH_PAGE) {
    const uuid = uuids.slice(start, start + MAX_SEARCH_PAGE);
    try {
      const files = await readers.search({ exact: { uuid } }, signal);
      for (const facts of files) found.set(facts.uuid, facts);
    } catch (error) {
      // The project or this version of the API may have no search. Each file is then read alone.
      if (!isRefusal(error)) throw error;
      break;
    }
  }
  return found;
}
