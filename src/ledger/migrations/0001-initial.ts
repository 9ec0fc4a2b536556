/**
 * The first schema of a run's ledger. The state of an item is an index of `ITEM_STATES` (0 pending, 1
 * running, 2 waiting, 3 in-doubt, 4 done, 5 skipped, 6 failed). Times are server time, ms.
 */
export const initialSchema = `
CREATE TABLE run (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  run_id TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  job_name TEXT NOT NULL,
  job TEXT NOT NULL,
  job_file TEXT,
  fingerprint TEXT NOT NULL,
  public_key TEXT NOT NULL,
  rest_origin TEXT NOT NULL,
  state TEXT NOT NULL,
  stop_reason TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  as_of INTEGER,
  confirmed_at INTEGER,
  walk_finished INTEGER NOT NULL DEFAULT 0,
  deduplicated INTEGER,
  requests INTEGER NOT NULL DEFAULT 0,
  throttled INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A page and its items are committed together; the cursor is the source's own, verbatim. Its
-- items are those from first_seq on, as many as selected says; repeated named an item again, and
-- rejected were no items.
CREATE TABLE pages (
  no INTEGER PRIMARY KEY,
  cursor TEXT,
  next TEXT,
  listed INTEGER NOT NULL,
  selected INTEGER NOT NULL,
  repeated INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  checked_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX pages_cursor ON pages (cursor);

-- One open step an item. A key is 16 bytes for a UUID, else text. Keys have no unique index: it
-- costs 10 to 20 times the insert at ten million rows.
CREATE TABLE items (
  seq INTEGER PRIMARY KEY,
  key ANY NOT NULL,
  page INTEGER NOT NULL,
  step INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  open_sends INTEGER NOT NULL DEFAULT 0,
  attempt INTEGER,
  not_before INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX items_open ON items (step, state, not_before) WHERE state < 4;
-- Few at any time: a spent budget lets through what was sent already, and nothing else.
CREATE INDEX items_sent ON items (step, not_before) WHERE state = 0 AND open_sends > 0;

CREATE TABLE counters (
  step INTEGER NOT NULL,
  state INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (step, state)
) STRICT, WITHOUT ROWID;

-- A request that may have an effect, from its intent on. Rows that ended well are removed.
-- baseline: what its probe compares with, as JSON.
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  step INTEGER NOT NULL,
  items INTEGER NOT NULL,
  sends INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  baseline TEXT,
  ended_at INTEGER,
  code TEXT,
  message TEXT,
  request_id TEXT
) STRICT;

-- How an item ended at a step, where there is more to say than "done".
CREATE TABLE outcomes (
  item INTEGER NOT NULL,
  step INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason TEXT,
  message TEXT,
  request_id TEXT,
  result TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (item, step)
) STRICT, WITHOUT ROWID;

-- Open jobs inside the service, by the item that waits for them.
CREATE TABLE remote_jobs (
  item INTEGER PRIMARY KEY,
  token TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  running_at INTEGER
) STRICT;

-- Uploads in parts under way, by the item whose file it is: where the parts go, and which are
-- there. The addresses of the parts serve for a day, and are gone once the upload has ended.
CREATE TABLE transfers (
  item INTEGER PRIMARY KEY,
  session TEXT NOT NULL
) STRICT;
CREATE TABLE transfer_parts (
  item INTEGER NOT NULL,
  part INTEGER NOT NULL,
  checksum TEXT NOT NULL,
  PRIMARY KEY (item, part)
) STRICT, WITHOUT ROWID;

-- Work that is not to be done twice, by the first step that does it and the file: which item was
-- claimed for it. Later runs look here before they pay again.
CREATE TABLE works (
  work INTEGER NOT NULL,
  file ANY NOT NULL,
  item INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (work, file)
) STRICT, WITHOUT ROWID;

-- What was spent on paid operations, by the name of the operation, in items.
CREATE TABLE paid (
  name TEXT PRIMARY KEY,
  spent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a source knew of an item beside its key.
CREATE TABLE item_details (
  item INTEGER PRIMARY KEY,
  details TEXT NOT NULL
) STRICT;
`;
