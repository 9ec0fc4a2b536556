/** Schema 2 stores the current waits of a run, so that `status` can show them from another process. */
export const waits = `
-- Of the process that works on the run now. Times: ms since 1970, by that machine's clock; until is
-- null if nobody knows the end.
CREATE TABLE waits (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER
) STRICT, WITHOUT ROWID;
`;
