/** Schema 2 stores the number of items in the listing that the service itself reports. */
export const listingTotal = `
-- The service's own counter of the listing, as its last page showed it. It may be wrong.
CREATE TABLE listing_total (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  total INTEGER NOT NULL
) STRICT;
`;
