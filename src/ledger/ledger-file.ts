import { UserError } from '../core/user-error.ts';
import { type Connection, closeOnFailure } from './connection.ts';
import { ledgerFailure } from './database-failure.ts';
import { checkSchema, type Schema } from './migrate.ts';
import { initialSchema } from './migrations/0001-initial.ts';
import { cdnHosts } from './migrations/0002-cdn-hosts.ts';
import { listingTotal } from './migrations/0002-listing-total.ts';
import { madeFiles } from './migrations/0002-made-files.ts';
import { passedOver } from './migrations/0002-passed-over.ts';
import { takenAnswers } from './migrations/0002-taken-answers.ts';
import { unknownFacts } from './migrations/0002-unknown-facts.ts';
import { waits } from './migrations/0002-waits.ts';
import { activity } from './migrations/0003-activity.ts';
import { canary } from './migrations/0003-canary.ts';
import { plan } from './migrations/0003-plan.ts';
import { retries } from './migrations/0003-retries.ts';
import { costs } from './migrations/0004-costs.ts';
import { evidence } from './migrations/0004-evidence.ts';
import { since } from './migrations/0004-since.ts';
import { sweeps } from './migrations/0004-sweeps.ts';
import { causes } from './migrations/0005-causes.ts';
import { sinceRun } from './migrations/0005-since-run.ts';
import { waitingAnswer } from './migrations/0005-waiting-answer.ts';
import { openDatabase } from './open-database.ts';

/** The schema of a run's ledger, oldest migration first. */
export const LEDGER_SCHEMA: Schema = {
  name: 'ledger',
  // Each version has one text. A version can have several files, one per topic, which are joined here.
  migrations: [
    initialSchema,
    `${takenAnswers}${unknownFacts}${cdnHosts}${listingTotal}${passedOver}${waits}${madeFiles}`,
    `${canary}${retries}${plan}${activity}`,
    `${evidence}${costs}${since}${sweeps}`,
    `${causes}${waitingAnswer}${sinceRun}`,
  ],
};

/**
 * Opens a ledger for reading and returns the reader that `make` creates. The reader must close the ledger.
 * Throws a `UserError` if the file is not a ledger, is damaged, or is newer than this program.
 */
export function openLedgerFile<Reader>(
  path: string,
  make: (database: Connection) => Reader,
): Reader {
  const database = openDatabase(path, { mode: 'read' });
  const read = () => {
    checkSchema(database, LEDGER_SCHEMA, path);
    return make(database);
  };
  return closeOnFailure(database, read, (error) => ledgerFailure(path, error));
}

/** Opens a ledger, reads it with `read` and closes it. Throws the same errors as `openLedgerFile`. */
export function readLedgerFile<Result>(
  path: string,
  read: (database: Connection) => Result,
): Result {
  return openLedgerFile(path, (database) => {
    const result = read(database);
    database.close();
    return result;
  });
}

/**
 * The path of a new ledger that is not complete yet. The file gets its final name when it contains its run.
 */
export function pendingLedgerPath(path: string): string {
  return `${path}.new`;
}

/** The error for a ledger that contains no run. */
export function emptyLedger(path: string): UserError {
  return new UserError(
    'configuration',
    `The ledger ${path} has no run: its process ended before the run began. Nothing was sent. Start a new run; you can remove the file.`,
  );
}
