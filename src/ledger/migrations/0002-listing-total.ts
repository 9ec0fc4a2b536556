/** Schema 2 stores the service's own count of the items in its listing. */
export const listingTotal = `
-- The service's own counter of the listing, as its last page showed it. It may be wrong.
CREATE TABLE listing_total (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  total INTEGER NOT NULL
) STRICT;
`;
