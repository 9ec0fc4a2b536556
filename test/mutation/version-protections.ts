import type { Mutant } from './mutants.ts';

/** These protections refuse a run that its version of the REST API can't carry out. */
export const VERSION_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'copies-without-search',
    protection: "An API version that can't find a copy after a lost answer makes no copies",
    file: 'src/operations/copy-local-operation.ts',
    from: 'versionFault: TAGS_NEED_07,',
    to: 'versionFault: () => null,',
    red: { file: 'test/unit/job/check-api-version.test.ts', test: '0.6: copy-local is refused' },
  },
  {
    name: 'version-of-the-job-is-ignored',
    protection: 'A run uses the version that its job names',
    file: 'src/run/run-session.ts',
    from: 'apiVersion: job.apiVersion ?? DEFAULT_API_VERSION,',
    to: 'apiVersion: DEFAULT_API_VERSION,',
    red: { file: 'test/integration/api-version.test.ts', test: 'all requests of a run name' },
  },
];
