import type { Connection } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The steps of a run that may delete. */
export interface DeleteSteps {
  /** The indexes of the steps. */
  readonly steps: readonly number[];
  /** Those of these steps that delete only some files, and whose results show which ones. */
  readonly conditional: readonly number[];
}

// Open items: a request may have had an effect (open_sends), a remote job has not ended (waiting, 2), or the item
// is in doubt (3).
const OPEN = `
SELECT count(*) FROM items
WHERE step IN (SELECT value FROM json_each(@steps)) AND (open_sends > 0 OR state IN (2, 3))`;
// Items in doubt that a person decided to skip (5), or that a person decided are done (4) although only a result
// can show what the step deleted.
const DECIDED = `
SELECT count(*) FROM outcomes
WHERE (step IN (SELECT value FROM json_each(@steps)) AND state = 5 AND reason = 'chosen')
  OR (step IN (SELECT value FROM json_each(@conditional)) AND state = 4
    AND result IS NULL AND reason IS NULL)`;
const FAILED = 'step IN (SELECT value FROM json_each(@steps)) AND state = 6';
const FAILED_UNKNOWN = `
SELECT count(*) FROM outcomes LEFT JOIN failed_effects AS effects USING (item, step)
WHERE ${FAILED} AND coalesce(effect, 'unknown') = 'unknown'`;
/** Before this schema, ledgers did not have the effects of failures, so all of them are unknown. */
const EFFECTS_SINCE_SCHEMA = 3;

/** Counts the deletes that were sent, or may have been sent, and whose results nobody knows. */
export function countUnknownResults(
  database: Connection,
  { steps, conditional }: DeleteSteps,
): number {
  const values = { steps: JSON.stringify(steps), conditional: JSON.stringify(conditional) };
  const hasEffects = schemaVersion(database) >= EFFECTS_SINCE_SCHEMA;
  const failed = hasEffects ? FAILED_UNKNOWN : `SELECT count(*) FROM outcomes WHERE ${FAILED}`;
  const count = (sql: string, named: object) => database.prepare(sql).pluck().get(named) as number;
  const { steps: only } = values;
  return count(OPEN, { steps: only }) + count(DECIDED, values) + count(failed, { steps: only });
}
