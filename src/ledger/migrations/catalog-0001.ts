/** The first schema of the catalog: what outlives a run. Times are wall clock, ms. */
export const catalogSchema = `
CREATE TABLE rates (
  rest_origin TEXT NOT NULL,
  public_key TEXT NOT NULL,
  rate REAL NOT NULL,
  learned_at INTEGER NOT NULL,
  PRIMARY KEY (rest_origin, public_key)
) STRICT;
`;
