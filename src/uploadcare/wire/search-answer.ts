import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileInfo } from './file-info.ts';

interface FoundPage {
  readonly files: readonly FileFacts[];
  readonly total: number;
  readonly hasMore: boolean;
}

/** Links are not followed, since windows are: `next` only says whether more is there. */
const searchPage = z
  .object({ next: z.string().nullable(), total: z.int().min(0), results: z.array(fileInfo) })
  .transform(
    ({ next, total, results }): FoundPage => ({ files: results, total, hasMore: next !== null }),
  );

/** The answer of `POST /files/search/`. */
export function parseSearchPage(request: AskedRequest, response: ApiResponse): FoundPage {
  return checkAnswer(searchPage, request, response);
}
