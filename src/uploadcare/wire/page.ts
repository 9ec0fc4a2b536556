import { z } from 'zod';
import type { FileFacts } from '../../core/file-facts.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileInfo } from './file-info.ts';

/** One page of the list of files. */
interface ListedPage {
  readonly files: readonly FileFacts[];
  readonly next: string | null;
  /**
   * Number of files in the whole listing by the service's counter; null if the service does not
   * send it. The counter is cached and may be wrong: use it for warnings only. `next` decides.
   */
  readonly total: number | null;
}

/** `next` is required: only a null proves that a listing is complete. */
const page = z
  .object({
    next: z.string().nullable(),
    total: z.int().nonnegative().nullable().catch(null),
    results: z.array(fileInfo),
  })
  .transform(({ next, total, results }): ListedPage => ({ next, total, files: results }));

/** The answer of `GET /files/`. */
export function parsePage(request: RequestInfo, response: ApiResponse): ListedPage {
  return checkAnswer(page, request, response);
}
