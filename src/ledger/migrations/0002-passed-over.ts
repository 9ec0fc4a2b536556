/** Schema 2 counts the folder entries that ucbulk skips when it lists a folder. */
export const passedOver = `
-- reason: 'excluded' or 'links'. A folder counts once.
CREATE TABLE passed_over (
  reason TEXT PRIMARY KEY,
  entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
