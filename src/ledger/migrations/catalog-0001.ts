/**
 * The first schema of the catalog, the small database for data that later runs use. Times are wall clock, ms.
 */
export const catalogSchema = `
CREATE TABLE rates (
  rest_origin TEXT NOT NULL,
  public_key TEXT NOT NULL,
  rate REAL NOT NULL,
  learned_at INTEGER NOT NULL,
  PRIMARY KEY (rest_origin, public_key)
) STRICT;

-- How long remote jobs of a kind take: a life table, as JSON.
CREATE TABLE durations (
  rest_origin TEXT NOT NULL,
  public_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  learned TEXT NOT NULL,
  learned_at INTEGER NOT NULL,
  PRIMARY KEY (rest_origin, public_key, kind)
) STRICT;
`;
