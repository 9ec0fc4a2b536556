/**
 * Schema 2. Files that were left out because a field was unknown are counted.
 *
 * Schema 1 took a field that a listing left out for an empty one. What it selected by that is looked
 * at again before it is deleted, and an empty field that it kept counts as unknown.
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
