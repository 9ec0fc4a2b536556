import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { fileInfo } from './file-info.ts';

/** One page of the list of files. */
interface ListedPage {
  readonly files: readonly FileFacts[];
  readonly next: string | null;
  /**
   * How many files the whole listing has, by the service's counter; null if it does not say. The
   * counter is cached and may be wrong: use it for warnings only. `next` decides.
   */
  readonly total: number | null;
}

/** `next` must be there: only a null says that a listing is complete. */
const page = z
  .object({
    next: z.string().nullable(),
    total: z.int().nonnegative().nullable().catch(null),
    results: z.array(fileInfo),
  })
  .transform(({ next, total, results }): ListedPage => ({ next, total, files: results }));

/** The answer of `GET /files/`. */
export function parsePage(request: AskedRequest, response: ApiResponse): ListedPage {
  return checkAnswer(page, request, response);
}
