/** Schema 2 counts the entries of a folder that ucbulk does not upload. */
export const passedOver = `
-- reason: 'excluded' or 'links'. A folder counts once.
CREATE TABLE passed_over (
  reason TEXT PRIMARY KEY,
  entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
