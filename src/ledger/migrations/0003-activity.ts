/** Schema 3 stores how the run works, for `status` and the live page. None of it is needed to resume. */
export const activity = `
-- The process that works on the run, or did so last. Times of these three tables: ms since 1970, by this
-- machine's clock.
CREATE TABLE process (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  pid INTEGER,
  host TEXT,
  started_at INTEGER NOT NULL
) STRICT;

-- The numbers of the run every few seconds; older ones are thinned out. rate: the limit of the service as far as
-- it is known, per second. requests, throttled and the counts of items are sums over the whole run. closed_ms:
-- how long the gate stays closed.
CREATE TABLE samples (
  at INTEGER PRIMARY KEY,
  rate REAL NOT NULL,
  requests INTEGER NOT NULL,
  throttled INTEGER NOT NULL,
  closed_ms INTEGER NOT NULL,
  done INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  in_doubt INTEGER NOT NULL,
  waiting INTEGER NOT NULL
) STRICT;

-- The last events of the run, for people.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
`;
