import type { Connection } from '../core/connection.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { RunRecord } from '../ledger/run-table.ts';

/** Throws a `UserError` if the keys or the address belong to another project than the run. */
export function checkSameRun(record: RunRecord, run: RunId, connection: Connection): void {
  if (record.runId !== run) {
    throw new UserError(
      'configuration',
      `The ledger of run ${run} is that of run ${record.runId}. Nothing was sent. Restore the right file.`,
    );
  }
  if (record.publicKey !== connection.publicKey) {
    throw new UserError(
      'configuration',
      `Run ${run} belongs to project ${record.publicKey}, but the keys are for another one. Nothing was sent. Set the keys of ${record.publicKey}.`,
    );
  }
  if (record.restOrigin !== connection.restOrigin) {
    throw new UserError(
      'configuration',
      `Run ${run} works at ${record.restOrigin}, but the API base is ${connection.restOrigin}. Nothing was sent. Set UPLOADCARE_REST_API_BASE=${record.restOrigin}.`,
    );
  }
}
