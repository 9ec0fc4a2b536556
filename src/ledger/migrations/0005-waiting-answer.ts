/** Before schema 5, only the text of the reason showed that a run had stopped because nobody answered its question. */
export const WAITED_FOR_ANSWER = `(stop_reason LIKE 'Not confirmed:%' OR stop_reason LIKE '%or continue with --yes.')`;

/** Schema 5 stores whether a run stopped because nobody answered its question. */
export const waitingAnswer = `
-- 1 if the run stopped because nobody answered its question about deletes and payments, or about its canary.
ALTER TABLE run ADD COLUMN waits_for_answer INTEGER NOT NULL DEFAULT 0;
UPDATE run SET waits_for_answer = 1 WHERE ${WAITED_FOR_ANSWER};
`;
