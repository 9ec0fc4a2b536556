/** Schema 2 of the catalog stores what people ask of runs that other processes work on. */
export const controls = `
-- One row for each run that somebody controlled. state: 'paused' or 'stopped', null if the run works. rate and
-- concurrency: what 'ucbulk set' allows at most, null if it limits nothing. revision grows with each change, and
-- the process of the run copies it to applied once it obeys. max_rate and max_concurrency: what that process
-- then keeps to, null if nothing limits it. Times: ms since 1970, by this machine's clock.
CREATE TABLE controls (
  run TEXT PRIMARY KEY,
  state TEXT,
  rate REAL,
  concurrency INTEGER,
  asked_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  applied INTEGER NOT NULL DEFAULT 0,
  applied_at INTEGER,
  max_rate REAL,
  max_concurrency INTEGER
) STRICT, WITHOUT ROWID;
`;
