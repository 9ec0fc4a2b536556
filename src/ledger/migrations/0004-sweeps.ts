/** Schema 4 stores the comparisons of a run with a new listing, and which items it did again because of them. */
export const sweeps = `
-- One row for each comparison. verified, different, not_verified: numbers of items. reopened: items that the run
-- does again after it; 0 for the last comparison. left_over: items that could be done again. at: server time, ms.
CREATE TABLE sweeps (
  no INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  verified INTEGER NOT NULL,
  different INTEGER NOT NULL,
  not_verified INTEGER NOT NULL,
  left_over INTEGER NOT NULL,
  reopened INTEGER NOT NULL
) STRICT;

-- Items that were done, and that the run does again.
CREATE TABLE swept_items (
  item INTEGER PRIMARY KEY,
  sweep INTEGER NOT NULL
) STRICT;
`;
