/** Schema 4 stores where the next run of a job with `since` continues. */
export const since = `
-- Only for a run whose source has since. since: the run listed the files that were uploaded after this time; null
-- if it listed all. open_from: the earliest upload of a file that the run left undecided or too young; null if
-- there is none. Times are ms since 1970.
CREATE TABLE listing_since (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  since INTEGER,
  open_from INTEGER
) STRICT;
`;
