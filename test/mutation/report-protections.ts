import type { Mutant } from './mutants.ts';

/** What keeps maps, redirects, documents and ledgers true, and secrets out of them. */
export const REPORT_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'map-to-deleted',
    protection: 'The map does not lead to a file that the run deleted',
    file: 'src/report/deleted-things.ts',
    from: "const DELETES: readonly string[] = ['delete', 'delete-group'];",
    to: 'const DELETES: readonly string[] = [];',
    red: { file: 'test/unit/report/map-texts.test.ts', test: 'that a later step deleted' },
  },
  {
    name: 'map-to-purged',
    protection: 'The map does not lead to a file that a scan purged',
    file: 'src/report/deleted-things.ts',
    from: "end?.result?.['removed'] === true",
    to: 'false',
    red: { file: 'test/unit/report/map-texts.test.ts', test: 'that ClamAV purged' },
  },
];
