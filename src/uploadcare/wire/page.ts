import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileInfo } from './file-info.ts';

/** The totals of a page are left out: they are cached and may be plainly wrong (contract 1.7). */
interface ListedPage {
  readonly files: readonly FileFacts[];
  readonly next: string | null;
}

/** `next` must be there: only a null says that a listing is complete. */
const page = z
  .object({ next: z.string().nullable(), results: z.array(fileInfo) })
  .transform(({ next, results }): ListedPage => ({ next, files: results }));

/** The answer of `GET /files/`. */
export function parsePage(request: AskedRequest, response: ApiResponse): ListedPage {
  return checkAnswer(page, request, response);
}
