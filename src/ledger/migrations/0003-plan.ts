/** Schema 3 stores the plan of a run that does exactly the selection of a plan. */
export const plan = `
-- The plan of the run; no row if the run has its own selection. reads_each is 1 if the run reads each file of
-- the plan, and listed is then the number of items that the plan's source listed. changed: planned items that
-- no longer match. new_matches: items that match now, and that the plan does not have.
CREATE TABLE plan (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sha256 TEXT NOT NULL,
  created_at TEXT NOT NULL,
  approved_by TEXT,
  reads_each INTEGER NOT NULL CHECK (reads_each IN (0, 1)),
  listed INTEGER NOT NULL,
  changed INTEGER NOT NULL DEFAULT 0,
  new_matches INTEGER NOT NULL DEFAULT 0
) STRICT;
`;
