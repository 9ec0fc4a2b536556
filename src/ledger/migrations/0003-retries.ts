/**
 * Schema 3 stores what a failed item did at the service, and the retries of failed items. A ledger of an
 * older schema has no effects of its failures, so most of its failed items can't be retried.
 */
export const retries = `
-- effect: none, ended, made or unknown (FailedEffect), of the failure in outcomes with the same key.
CREATE TABLE failed_effects (
  item INTEGER NOT NULL,
  step INTEGER NOT NULL,
  effect TEXT NOT NULL,
  PRIMARY KEY (item, step)
) STRICT, WITHOUT ROWID;

-- One row for each \`ucbulk retry\`: which items it chose, and the payments that were confirmed for it,
-- as JSON: a number for each name in limits.paid.
CREATE TABLE retries (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  codes TEXT,
  condition TEXT,
  items INTEGER NOT NULL,
  confirmed TEXT NOT NULL
) STRICT;

-- The failure that an item had before its retry.
CREATE TABLE retried_items (
  retry INTEGER NOT NULL,
  item INTEGER NOT NULL,
  step INTEGER NOT NULL,
  effect TEXT,
  attempts INTEGER NOT NULL,
  code TEXT,
  message TEXT,
  request_id TEXT,
  failed_at INTEGER,
  PRIMARY KEY (retry, item)
) STRICT, WITHOUT ROWID;
`;
