import { parseRunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { withReader } from '../ledger/with-reader.ts';
import type { EarlierRuns } from '../sources/earlier-runs.ts';
import type { StatePaths } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';

/** The place of the ledgers of earlier runs, and the project whose runs may be read. */
interface EarlierRunsOptions {
  readonly paths: StatePaths;
  readonly files: Files;
  readonly publicKey: string;
}

/** The public key of the project that contains the items of a run. */
function findSourceKey(record: Pick<RunRecord, 'job' | 'publicKey'>): string | undefined {
  const { source, projects } = storedJob(record);
  return source.project === undefined
    ? record.publicKey
    : projects?.[source.project]?.publicKey.key;
}

/**
 * Gives a source access to the runs of a state directory. Throws a `UserError` if the wanted run belongs to
 * another project.
 */
export function createEarlierRuns({ paths, files, publicKey }: EarlierRunsOptions): EarlierRuns {
  return {
    async readItems(options, page) {
      const path = paths.ledger(parseRunId(options.run));
      if (!(await files.exists(path))) {
        const message = `There is no run ${options.run} in the state directory. See: ucbulk runs`;
        throw new UserError('not-found', message);
      }
      return withReader(path, (reader) => {
        if (findSourceKey(reader.begun()) !== publicKey) {
          const message = `Run ${options.run} belongs to another project than source.run reads from. Set the keys of its project, or name another run. \`ucbulk runs\` lists them.`;
          throw new UserError('configuration', message);
        }
        const items = [...reader.runItems({ states: options.states, ...page })];
        return items.map(({ record }) => record);
      });
    },
  };
}
