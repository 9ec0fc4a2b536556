import { plainText } from '../../progress/terminal-text.ts';
import { listRuns } from '../../state/read-runs.ts';
import type { RunListing } from '../../state/run-status.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { runsTable } from '../runs-table.ts';
import { listingDocument } from '../status-text.ts';

/** `runs`: lists all runs. The state directory contains one database file for each of them. */
export function runsCommand(host: CommandHost): CommandParts<GlobalFlags> {
  return {
    builder: (yargs) =>
      yargs.options(host.options(GLOBAL_OPTIONS)).epilogue(
        helpExamples([
          ['$0 runs', 'A table'],
          ['$0 runs --json', 'One document per run'],
        ]),
      ),
    handler: (flags) =>
      host.invoke(flags, async ({ surroundings, output, stateDirectory }) => {
        const runs = await listRuns(stateDirectory, surroundings.world);
        showRuns(runs, { output, stateDirectory, columns: surroundings.stdout.columns });
        return 0;
      }),
  };
}

function showRuns(
  runs: readonly RunListing[],
  {
    output,
    stateDirectory,
    columns,
  }: Pick<Invocation, 'output' | 'stateDirectory'> & { readonly columns: number | undefined },
): void {
  if (output.json) for (const run of runs) output.result(listingDocument(run), () => '');
  else if (runs.length === 0) output.info(`No runs in ${stateDirectory}.`);
  else {
    output.info(`Runs in ${stateDirectory}:`);
    output.text(() => runsTable(runs, columns || undefined));
  }
  for (const run of runs) {
    if ('problem' in run) output.warn(`warning: run ${run.run}: ${plainText(run.problem)}`);
  }
}
