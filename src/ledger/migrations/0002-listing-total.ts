/** Schema 2. How many items the service says its listing has is kept beside what it listed. */
export const listingTotal = `
-- The service's own counter of the listing, as its last page showed it. It may be wrong.
CREATE TABLE listing_total (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  total INTEGER NOT NULL
) STRICT;
`;
