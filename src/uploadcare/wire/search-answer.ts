import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileInfo } from './file-info.ts';

interface FoundPage {
  readonly files: readonly FileFacts[];
  readonly total: number;
  readonly hasMore: boolean;
}

/** `next` only shows whether more files exist. Searches advance by windows, not by links. */
const searchPage = z
  .object({ next: z.string().nullable(), total: z.int().min(0), results: z.array(fileInfo) })
  .transform(
    ({ next, total, results }): FoundPage => ({ files: results, total, hasMore: next !== null }),
  );

/** The answer of `POST /files/search/`. */
export function parseSearchPage(request: RequestInfo, response: ApiResponse): FoundPage {
  return checkAnswer(searchPage, request, response);
}
