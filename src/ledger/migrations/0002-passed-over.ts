/** Schema 2 counts the files and subfolders that ucbulk skips when it uploads a folder. */
export const passedOver = `
-- reason: 'excluded' or 'links'. A folder counts once.
CREATE TABLE passed_over (
  reason TEXT PRIMARY KEY,
  entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
