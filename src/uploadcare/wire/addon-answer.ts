import * as z from 'zod';
import type { FileUuid } from '../../core/file-uuid.ts';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { fileUuid } from './file-uuid-field.ts';

/**
 * The status of an add-on execution. Right after its start, `unknown` may mean that the service does not show
 * it yet.
 */
export interface AddonStatus {
  readonly state: 'in_progress' | 'done' | 'error' | 'unknown';
  /** The file that `remove_bg` made. null for other add-ons and other states. */
  readonly fileId: FileUuid | null;
  /**
   * The reason for an error; null if the answer contains none. In recorded answers, an error has no reason.
   */
  readonly details: string | null;
}

const execution = z.object({ request_id: fileUuid });

const addonStatus = z
  .object({
    status: z.enum(['in_progress', 'done', 'error', 'unknown']),
    result: z.object({ file_id: fileUuid.nullish() }).nullish(),
    details: z.unknown().optional(),
  })
  .transform(
    ({ status, result, details }): AddonStatus => ({
      state: status,
      fileId: result?.file_id ?? null,
      details: typeof details === 'string' ? details : null,
    }),
  );

/** Returns the request id in the answer to `POST /addons/{name}/execute/`. */
export function parseAddonExecution(request: RequestInfo, response: ApiResponse): string {
  return checkAnswer(execution, request, response).request_id;
}

/** Parses the answer to `GET /addons/{name}/execute/status/`. */
export function parseAddonStatus(request: RequestInfo, response: ApiResponse): AddonStatus {
  return checkAnswer(addonStatus, request, response);
}
