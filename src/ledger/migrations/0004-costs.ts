/** Schema 4 stores what a run costs by the prices of its job. A run without prices has no rows. */
export const costs = `
-- How many items, or requests, the run pays for at each price. step: the index of the paid step, -1 for
-- requests. price: a decimal text. A request counts from the moment when the process reserves it.
CREATE TABLE costs (
  step INTEGER NOT NULL,
  price TEXT NOT NULL,
  units INTEGER NOT NULL,
  PRIMARY KEY (step, price)
) STRICT, WITHOUT ROWID;

-- The prices now, by step as in costs; price is null if a changed job has none.
CREATE TABLE prices (
  step INTEGER PRIMARY KEY,
  price TEXT,
  currency TEXT NOT NULL
) STRICT;

-- Items that were paid for at an earlier price, and whose request has no known result yet.
CREATE TABLE earlier_prices (
  item INTEGER PRIMARY KEY,
  price TEXT NOT NULL
) STRICT;
`;
