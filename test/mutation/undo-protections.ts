import type { Mutant } from './mutants.ts';

const FILES = 'src/run/made-files.ts';
const RUNS = 'src/run/earlier-runs.ts';
const INTEGRATION = 'test/integration/undo.test.ts';
const RESTORE = 'test/integration/restore-deleted.test.ts';

/** An undo deletes only files that its run made. A restore imports only files that its run deleted, each once. */
export const UNDO_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'undo-skipped',
    protection: 'An undo keeps files that an earlier run made and its run skipped',
    file: FILES,
    from: "if (state === 'done') return result;",
    to: "if (state === 'done' || state === 'skipped') return result;",
    red: { file: INTEGRATION, test: 'and that the run skipped' },
  },
  {
    name: 'undo-reused',
    protection: 'An undo keeps files that the service may have returned from an earlier import',
    file: FILES,
    from: 'if (step.doubt !== null) return [];',
    to: '',
    red: { file: INTEGRATION, test: 'from an earlier import stays' },
  },
  {
    name: 'undo-own-item',
    protection: 'An undo keeps the files on which its run worked',
    file: FILES,
    from: '.filter((file) => file !== item.record.key.toLowerCase())',
    to: '',
    red: { file: 'test/unit/run/made-files.test.ts', test: 'the file of the item itself' },
  },
  {
    name: 'undo-other-project',
    protection: 'An undo deletes only in the project that has the files',
    file: RUNS,
    from: 'named.filter((step) => step.publicKey === publicKey)',
    to: 'named',
    red: { file: INTEGRATION, test: 'only in the project' },
  },
  {
    name: 'undo-unfinished',
    protection: 'A run that can be resumed is not undone',
    file: RUNS,
    from: 'if (isUnfinished(stateWithoutProcess(record.state))) throw unfinished(run);',
    to: '',
    red: { file: INTEGRATION, test: 'that can be resumed' },
  },
  {
    name: 'restore-twice',
    protection: 'A second restore makes no file again',
    file: 'src/job/bucket-defaults.ts',
    from: 'if (bucket === undefined && deleted === undefined) return job;',
    to: 'if (bucket === undefined) return job;',
    red: { file: RESTORE, test: 'a second restore makes no file' },
  },
  {
    name: 'restore-other-bucket',
    protection: 'A restore reads a backup only in the bucket that has it',
    file: 'src/run/deleted-with-backup.ts',
    from: 'url.startsWith(',
    to: 'Boolean(',
    red: { file: RESTORE, test: 'whose backup is in the bucket' },
  },
  {
    name: 'restore-other-step',
    protection: 'A restore of one step imports only what this step deleted',
    file: RUNS,
    from: 'all.filter(({ id }) => wanted === undefined || id === wanted)',
    to: 'all',
    red: { file: RESTORE, test: 'only files of one step' },
  },
  {
    name: 'restore-unfinished',
    protection: 'A run that can still delete is not restored',
    file: RUNS,
    from: 'if (isUnfinished(stateWithoutProcess(record.state))) throw stillDeletes(options.run);',
    to: '',
    red: { file: RESTORE, test: 'that can be resumed' },
  },
  {
    name: 'restore-own-tag',
    protection: 'A restored file does not have the tag of an earlier import',
    file: 'src/run/deleted-with-backup.ts',
    from: 'metadata: metadata && ownMetadata(metadata)',
    to: 'metadata',
    red: { file: RESTORE, test: 'tag of an earlier import' },
  },
];
