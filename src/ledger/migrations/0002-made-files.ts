/**
 * Schema 2 adds indexes on results and open remote jobs. With these indexes, ucbulk need not read all rows to
 * find out whether a step made a given file.
 */
export const madeFiles = `
-- The expressions and conditions are those of the queries in known-files.ts.
CREATE INDEX outcomes_made_file ON outcomes (
  coalesce(json_extract(result, '$.file'), json_extract(result, '$.made.file'))
) WHERE result IS NOT NULL;
CREATE INDEX remote_jobs_made_file ON remote_jobs (
  coalesce(json_extract(token, '$.file'), json_extract(token, '$.made.file'))
) WHERE json_valid(token);
`;
