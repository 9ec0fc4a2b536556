/** Schema 2. What the walk of a folder did not take is counted. */
export const passedOver = `
-- reason: 'excluded' or 'links'. A folder counts once.
CREATE TABLE passed_over (
  reason TEXT PRIMARY KEY,
  entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
