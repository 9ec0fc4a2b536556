import type { Mutant } from './mutants.ts';

/** What keeps answers, lists and states whole when the disk or a file is not what it should be. */
export const DISK_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'records-not-retried',
    protection: 'An answer whose record finds no room is recorded in the reserve',
    file: 'src/ledger/group-commit.ts',
    from: 'if (records.length === 0) return;',
    to: 'return rejectAll(records, error);',
    red: { file: 'test/integration/full-disk.test.ts', test: 'nothing is in doubt' },
  },
  {
    name: 'reserve-kept',
    protection: 'A full disk releases the reserve',
    file: 'src/ledger/ledger.ts',
    from: 'if (!isNoRoom(error) || !this.#releasePart()) throw error;',
    to: 'throw error;',
    red: { file: 'test/integration/full-disk.test.ts', test: 'nothing is in doubt' },
  },
  {
    name: 'intents-from-reserve',
    protection: 'Nothing is sent once a write has found no room',
    file: 'src/ledger/group-commit.ts',
    from: "return kind === 'intent';",
    to: 'return false;',
    red: { file: 'test/unit/ledger/group-commit.test.ts', test: 'refuses intents' },
  },
  {
    name: 'sparse-reserve',
    protection: 'The reserve is allocated, not only named',
    file: 'src/ledger/reserve.ts',
    from: 'fill(path, bytes);',
    to: 'closeSync(openSync(path, "w"));\n      truncateSync(path, bytes);',
    red: { file: 'test/integration/full-disk.test.ts', test: 'before the first request' },
  },
  {
    name: 'lock-loses-answers',
    protection: "Another program's lock does not lose an answer",
    file: 'src/ledger/database-failure.ts',
    from: '/^sqlite_(full|ioerr|busy)/',
    to: '/^sqlite_(full|ioerr)/',
    red: { file: 'test/integration/full-disk.test.ts', test: 'SQLITE_BUSY' },
  },
  {
    name: 'stale-transfers',
    protection: 'What was rolled back is not remembered as done',
    file: 'src/ledger/ledger.ts',
    from: 'this.transfers.rolledBack();',
    to: '',
    red: { file: 'test/unit/ledger/group-commit.test.ts', test: 'an upload that ended' },
  },
  {
    name: 'pipe-as-ledger',
    protection: 'A named pipe in the state folder hangs no command',
    file: 'src/ledger/open-database.ts',
    from: 'if (what === null) continue;',
    to: 'continue;',
    red: { file: 'test/integration/special-files.test.ts', test: 'in the place of a lock' },
  },
  {
    name: 'pipe-as-file',
    protection: 'A named pipe in the place of a file hangs no command',
    file: 'src/world/system-files.ts',
    from: 'if (what !== null) throw',
    to: 'if (what === undefined) throw',
    red: { file: 'test/unit/world/system-world.test.ts', test: 'a named pipe' },
  },
];
