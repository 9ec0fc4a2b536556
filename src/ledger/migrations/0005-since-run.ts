/** Schema 5 stores which run a run with `since` continues. */
export const sinceRun = `
-- Id of the successful run that this run continues; null if it lists all files.
ALTER TABLE listing_since ADD COLUMN continued_run TEXT;
`;
