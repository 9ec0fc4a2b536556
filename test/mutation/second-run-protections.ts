import type { Mutant } from './mutants.ts';

const DONE_BEFORE = 'test/integration/done-before.test.ts';
const SECOND = 'test/integration/second-run.test.ts';
const NEW_FILES = 'test/integration/new-files.test.ts';

/** A second run does nothing twice, and nothing is skipped that must be done. */
export const SECOND_RUN_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'unrecorded-first-run',
    protection: 'A run records its work for later runs, also without `skipIfDone`',
    file: 'src/engine/loop/skip-completed-work.ts',
    from: 'recordClaims({ work, step, items: fresh }, deps);',
    to: '',
    red: { file: SECOND, test: 'a second run of upload with skipIfDone has no effect' },
  },
  {
    name: 'second-run-looks-nowhere',
    protection: 'A step with `skipIfDone` looks for the work of earlier runs',
    file: 'src/job/step-work.ts',
    from: 'return skipsCompletedWork(step) || paidName(step) !== null;',
    to: 'return paidName(step) !== null;',
    red: { file: SECOND, test: 'a second run of copy-local with skipIfDone has no effect' },
  },
  {
    name: 'other-content-is-skipped',
    protection: 'A local file with other content is uploaded again',
    file: 'src/operations/same-content.ts',
    from: 'return (await readSha256(file, signal)) === sha256;',
    to: 'return true;',
    red: { file: SECOND, test: 'the same size and other content' },
  },
  {
    name: 'gone-file-is-skipped',
    protection: 'A file that costs nothing is made again if it is gone',
    file: 'src/run/earlier-result-lookup.ts',
    from: 'return isFree ? null : { ...done',
    to: 'return { ...done',
    red: { file: SECOND, test: 'upload makes a file again that is gone' },
  },
  {
    name: 'failed-import-is-skipped',
    protection: 'An import that failed counts as not done',
    file: 'src/run/earlier-result-lookup.ts',
    from: 'if (hasFailed && isFree) return null;',
    to: '',
    red: { file: SECOND, test: 'an import that failed because of its content' },
  },
  {
    name: 'found-upload-has-no-checksum',
    protection: 'An upload with a lost answer is known by its checksum to later runs',
    file: 'src/operations/find-tagged.ts',
    from: 'sha256: await readContent()',
    to: 'sha256: null',
    red: { file: SECOND, test: 'upload of a run that was killed' },
  },
  {
    name: 'new-files-read-alone',
    protection: 'The new files of several jobs are read with one request',
    file: 'src/engine/send/poll-remote-jobs.ts',
    from: 'made.length > 1 ? made : []',
    to: '[]',
    red: { file: NEW_FILES, test: 'the new files of remove_bg are read together' },
  },
  {
    name: 'unlisted-file-is-missing',
    protection: 'A new file that the listing does not show is read alone',
    file: 'src/operations/new-files.ts',
    from: 'facts === undefined ? null : judgeOutput(facts, output)',
    to: 'judgeOutput(facts ?? null, output)',
    red: { file: NEW_FILES, test: 'copy-local: a file that no listing shows' },
  },
  {
    name: 'unfound-file-is-gone',
    protection: 'A file that the search does not find is read before it counts as gone',
    file: 'src/operations/look-up-files.ts',
    from: ' ?? (await readers.read(uuid, signal))',
    to: ' ?? null',
    red: { file: SECOND, test: 'a copy that the search does not show yet' },
  },
  {
    name: 'clean-forgets-copies',
    protection: 'A clean keeps the work of steps with `skipIfDone`',
    file: 'src/state/clean-runs.ts',
    from: '(isDoneOnce(step) ? [index] : [])',
    to: '(step.id === "" ? [index] : [])',
    red: { file: 'test/integration/clean.test.ts', test: 'copies with skipIfDone: true' },
  },
  {
    name: 'gone-file-is-forgotten',
    protection: 'A later run knows that an earlier one did not find the file that was paid for',
    file: 'src/run/earlier-result-lookup.ts',
    from: "return 'doneBefore' in work.standing && !isFree ? '' : null;",
    to: 'return null;',
    red: { file: DONE_BEFORE, test: 'stays gone for later runs, without' },
  },
  {
    name: 'mention-hides-the-result',
    protection: 'A run that only skipped the work does not hide the run that has its result',
    file: 'src/state/other-works.ts',
    from: 'other === undefined || isOnlyMention(other)',
    to: 'other === undefined',
    red: { file: DONE_BEFORE, test: 'was not found for a while' },
  },
];
