/**
 * Schema 2 stores two things: the item to which each name in an answer belongs, and the items that always go
 * together in one request. The migration adds the names in answers that a ledger of schema 1 already has, so
 * that a resumed run can compare new answers with them.
 */
export const takenAnswers = `
-- What the service named for one unit of work: a token, or something it made. space: 'file',
-- 'group', or 'token' with the step. work: what the unit is, beside its item; null if not known.
CREATE TABLE answers (
  space TEXT NOT NULL,
  id TEXT NOT NULL,
  item INTEGER NOT NULL,
  step INTEGER NOT NULL,
  work TEXT,
  PRIMARY KEY (space, id)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO answers (space, id, item, step)
SELECT kind, id, item, step FROM (
  SELECT 'file' AS kind, item, step,
    coalesce(json_extract(result, '$.file'), json_extract(result, '$.made.file')) AS id
  FROM outcomes WHERE result IS NOT NULL AND state <> 5
) WHERE typeof(id) = 'text' ORDER BY step, item;

INSERT OR IGNORE INTO answers (space, id, item, step)
SELECT kind, id, item, step FROM (
  SELECT 'file' AS kind, item, step,
    coalesce(json_extract(token, '$.file'), json_extract(token, '$.made.file')) AS id
  FROM remote_jobs JOIN items ON items.seq = remote_jobs.item WHERE json_valid(token)
    AND json_type(token) = 'object'
  UNION ALL
  SELECT 'token ' || step, item, step,
    CASE WHEN NOT json_valid(token) OR json_type(token) <> 'object'
      THEN substr(token, 1, instr(token || ' ', ' ') - 1)
      ELSE CAST(json_extract(token, '$.token') AS TEXT) END
  FROM remote_jobs JOIN items ON items.seq = remote_jobs.item
) WHERE id IS NOT NULL;

-- Items that go together in one request for good, by the first of them. Gone once they have their
-- outcome. A request whose answer was lost names its items already.
CREATE TABLE batches (
  item INTEGER PRIMARY KEY,
  step INTEGER NOT NULL,
  batch INTEGER NOT NULL
) STRICT;
CREATE INDEX batches_batch ON batches (step, batch);

INSERT INTO batches (item, step, batch)
SELECT seq, step, min(seq) OVER (PARTITION BY step, attempt) FROM items
WHERE state IN (0, 1, 3) AND open_sends > 0 AND attempt IS NOT NULL;
`;
