import type { Mutant } from './mutants.ts';

/** The descriptors of operations describe what is irreversible. */
export const OPERATION_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'purge-without-words',
    protection: 'A scan that deletes infected files is described and guarded as irreversible',
    file: 'src/operations/addon-virus-scan.ts',
    from: 'isIrreversible: ({ purgeInfected }) => purgeInfected,',
    to: 'isIrreversible: () => false,',
    red: {
      file: 'test/unit/operations/all-operations.test.ts',
      test: 'asks exactly if it is irreversible',
    },
  },
  {
    name: 'delete-without-backup',
    protection: 'A file whose backup is not certain is not deleted',
    file: 'src/operations/delete-operation.ts',
    from: 'const safe = items.filter(({ key }) => !refused.has(key));',
    to: 'const safe = items;',
    red: {
      file: 'test/integration/delete-with-backup.test.ts',
      test: 'a copy that somebody harmed protects its file',
    },
  },
  {
    name: 'backup-of-another-etag',
    protection: 'A backup of the same size and another content counts as none',
    file: 'src/operations/check-backups.ts',
    from: 'etag === backup.etag',
    to: 'etag !== null',
    red: {
      file: 'test/integration/delete-with-backup.test.ts',
      test: 'a copy that somebody harmed protects its file',
    },
  },
  {
    name: 'backup-of-another-size',
    protection: 'A backup of another size counts as none, also if its ETag is no checksum',
    file: 'src/operations/check-backups.ts',
    from: 'if (size !== backup.size)',
    to: 'if (size < 0)',
    red: {
      file: 'test/integration/delete-with-backup.test.ts',
      test: 'a backup that is encrypted with KMS is compared by its size',
    },
  },
  {
    name: 'backup-not-looked-at',
    protection: 'A backup that is gone counts as none',
    file: 'src/operations/check-backups.ts',
    from: 'if (facts === null) {',
    to: 'if (facts === null) return null;\n  if (facts === undefined) {',
    red: {
      file: 'test/integration/delete-with-backup.test.ts',
      test: 'a backup of an earlier run is checked again',
    },
  },
  {
    name: 'no-step-for-the-backup',
    protection: 'A delete whose step made no backup deletes nothing',
    file: 'src/operations/check-backups.ts',
    from: 'if (!url.startsWith(place)) return NO_BACKUP;',
    to: 'if (!url.startsWith(place)) return null;',
    red: {
      file: 'test/integration/delete-with-backup.test.ts',
      test: 'a delete that names a step without a result deletes nothing',
    },
  },
  {
    name: 'copy-without-answer',
    protection: 'A file that the service has not copied to the storage is not deleted',
    file: 'src/operations/check-backups.ts',
    from: "readBackup(item).url === ''",
    to: "readBackup(item).url === 'no'",
    red: {
      file: 'test/integration/delete-with-backup.test.ts',
      test: 'a delete without the result of a copy deletes nothing',
    },
  },
  {
    name: 'step-after-delete',
    protection: 'No step works on a file that an earlier step deleted',
    file: 'src/operations/operation-traits.ts',
    from: "delete: { deletes: 'always' },",
    to: 'delete: {},',
    red: { file: 'test/unit/operations/all-operations.test.ts', test: 'can never be undone' },
  },
];
