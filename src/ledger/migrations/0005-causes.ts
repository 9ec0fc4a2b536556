/** Schema 5 adds an index on outcomes by cause, so that a page shows causes and their items at once. */
export const causes = `
-- The conditions are those of the queries in find-items.ts. Outcomes of steps whose condition was false are as
-- frequent as items, and no page counts them.
CREATE INDEX outcomes_causes ON outcomes (state, reason, step)
WHERE state IN (3, 5, 6) AND reason IS NOT 'condition';
`;
