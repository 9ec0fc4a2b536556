/**
 * Schema 2 counts the files that were not selected because a field was unknown. Schema 1 stored an empty
 * value for a field that a listing had left out. So after this migration, an empty field counts as unknown.
 * Before ucbulk deletes a file that schema 1 selected, it reads the file again.
 */
export const unknownFacts = `
-- Files that were left out because a field was unknown: how many by field, and in all under ''.
CREATE TABLE undecided (
  field TEXT PRIMARY KEY,
  files INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

UPDATE pages SET checked_at = 0;

UPDATE item_details SET details = json_remove(details, '$.file.tags')
WHERE json_array_length(details, '$.file.tags') = 0;
UPDATE item_details SET details = json_remove(details, '$.file.metadata')
WHERE json_extract(details, '$.file.metadata') = '{}';
UPDATE item_details SET details = json_remove(details, '$.file.mimeType')
WHERE json_extract(details, '$.file.mimeType') = '';
UPDATE item_details SET details = json_remove(details, '$.file.filename')
WHERE json_extract(details, '$.file.filename') = '';
`;
