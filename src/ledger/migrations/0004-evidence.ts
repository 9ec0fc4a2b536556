/** Schema 4 stores what the run knew about the files that it deletes, and when it deleted them. */
export const evidence = `
-- The facts of files of a page, as gzipped JSON: a list with the encoding of core/encoded-file.ts for each file.
-- If a later check of the page found other facts, it adds a row with the files that had changed. The row with the
-- highest id that contains a file has its last facts. seen_at: server time, ms.
CREATE TABLE file_facts (
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  facts BLOB NOT NULL
) STRICT;
CREATE INDEX file_facts_page ON file_facts (page);

-- Items with consecutive numbers whose deletes were recorded together. at: server time of the answer, ms.
-- facts: the files as the answer showed them, in the same encoding; null if the listing had shown them.
CREATE TABLE deletes (
  id INTEGER PRIMARY KEY,
  step INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  at INTEGER NOT NULL,
  facts BLOB
) STRICT;
CREATE INDEX deletes_last ON deletes (last);
`;
