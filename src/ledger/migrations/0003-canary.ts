/** Schema 3 stores how far the canary of a run is: its first items, which the run works on before all others. */
export const canary = `
-- No row: the canary is not complete. Times are server time, ms. worked_ms: how long its process worked on it.
-- asked_at: when its results had been shown for the first time.
-- passed_at: when a person agreed to continue.
CREATE TABLE canary (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  asked_at INTEGER,
  worked_ms INTEGER NOT NULL,
  passed_at INTEGER
) STRICT;
`;
