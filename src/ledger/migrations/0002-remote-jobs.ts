/** Open remote jobs, and what a source knew of an item beside its key. */
export const remoteJobsSchema = `
CREATE TABLE remote_jobs (
  item INTEGER PRIMARY KEY,
  token TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  polls INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE item_details (
  item INTEGER PRIMARY KEY,
  details TEXT NOT NULL
) STRICT;

-- 1 once items that a source named twice were reduced to one.
ALTER TABLE run ADD COLUMN deduplicated INTEGER NOT NULL DEFAULT 0;
`;
