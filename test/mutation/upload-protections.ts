import type { Mutant } from './mutants.ts';

/** What keeps the answer to an upload, the check that follows it, and the look at what was imported. */
export const UPLOAD_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'upload-answer-not-kept',
    protection: 'The answer to an upload is durable before its check',
    file: 'src/operations/upload-directly.ts',
    from: '  await permit.notes.keepAnswer(made);\n',
    to: '',
    red: { file: 'test/integration/upload.test.ts', test: 'a budget that ends between' },
  },
  {
    name: 'upload-answer-waits',
    protection: 'A kept answer is checked at once after a death, not looked for like a lost one',
    file: 'src/engine/failure/recover-run.ts',
    from: '=> ledger.transfers.answer(seq) !== null;',
    to: '=> ledger.transfers.answer(seq) !== null && seq < 0;',
    red: { file: 'test/integration/upload.test.ts', test: 'killed between an answer' },
  },
  {
    name: 'upload-answer-waits-after-stop',
    protection: 'A kept answer is checked at once after a stop, not looked for like a lost one',
    file: 'src/engine/failure/after-failure.ts',
    from: 'needsProbe(doubt) && send.hasAnswer !== true;',
    to: 'needsProbe(doubt);',
    red: { file: 'test/integration/upload.test.ts', test: 'a budget that ends between' },
  },
  {
    name: 'upload-unknown-answer-kept',
    protection: 'An answer whose file the service does not know is not kept as a proof',
    file: 'src/operations/upload-directly.ts',
    from: 'if (failure.code === NOT_VISIBLE || failure.code === FOREIGN_ANSWER)',
    to: 'if (failure.code === FOREIGN_ANSWER)',
    red: { file: 'test/integration/upload.test.ts', test: 'does not know proves nothing' },
  },
  {
    name: 'upload-lost-answer-unchecked',
    protection: 'The size of an upload whose answer was lost is checked too',
    file: 'src/operations/find-tagged.ts',
    from: 'uploaded({ size: sentBytes }, found)',
    to: 'uploaded({ size: first.size }, found)',
    red: { file: 'test/integration/upload.test.ts', test: 'a file of 3 bytes' },
  },
  {
    name: 'import-content-unchecked',
    protection: 'An import whose content is not as expected fails, and no later step acts on it',
    file: 'src/operations/imported-content.ts',
    from: "if (expected.matches(mimeType)) return { kind: 'done', result };",
    to: "if (mimeType !== '') return { kind: 'done', result };",
    red: { file: 'test/integration/import-content.test.ts', test: 'not acted on by later steps' },
  },
  {
    name: 'import-unknown-content-taken',
    protection: 'A file of unknown content is never taken as expected',
    file: 'src/operations/imported-content.ts',
    from: 'if (mimeType === null) return null;',
    to: "if (mimeType === null) return { kind: 'done', result };",
    red: { file: 'test/integration/import-content.test.ts', test: 'never taken as expected' },
  },
  {
    name: 'share-page-unnoticed',
    protection: 'A share page that was imported in place of a file is not done unnoticed',
    file: 'src/operations/imported-content.ts',
    from: 'return !WEB_PAGE_ENDING.test(path);',
    to: 'return WEB_PAGE_ENDING.test(path) && path === key;',
    red: { file: 'test/integration/import-content.test.ts', test: 'is done with a warning' },
  },
];
