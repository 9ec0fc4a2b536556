import * as z from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { type FileDetails, foundWithAppData } from './file-details.ts';
import { fileInfo } from './file-info.ts';

interface FoundPage {
  readonly files: readonly FileFacts[];
  readonly total: number;
  readonly hasMore: boolean;
}

/**
 * ucbulk reads `next` only to know if there are more files. It does not follow this link. To get more files,
 * it searches again from the upload time of the last file (`src/sources/search-source.ts`).
 */
const searchPage = z
  .object({ next: z.string().nullable(), total: z.int().min(0), results: z.array(fileInfo) })
  .transform(
    ({ next, total, results }): FoundPage => ({ files: results, total, hasMore: next !== null }),
  );

/** Parses the answer to `POST /files/search/`. */
export function parseSearchPage(request: RequestInfo, response: ApiResponse): FoundPage {
  return checkAnswer(searchPage, request, response);
}

const appDataPage = z
  .object({ results: z.array(foundWithAppData) })
  .transform(({ results }) => results.filter((file) => file !== null));

/**
 * Parses the answer to a search that asked for `appdata`. Leaves out files without this field: without it,
 * ucbulk would not know if an add-on ran on the file.
 */
export function parseFoundAppData(
  request: RequestInfo,
  response: ApiResponse,
): readonly FileDetails[] {
  return checkAnswer(appDataPage, request, response);
}
