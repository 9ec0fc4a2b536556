import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import type { RunId } from '../core/run.ts';
import { formatYaml } from '../job/parse-yaml.ts';
import { readRun } from '../state/read-runs.ts';
import type { CommandHost, CommandParts, Invocation } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import { helpExamples } from './help-examples.ts';
import type { ResultDocument } from './output.ts';
import { readJobText } from './read-job.ts';
import { findRunArgument, RUN_ARGUMENT } from './run-argument.ts';
import { runJob } from './run-job.ts';
import { NEW_OPTION, RUN_OPTIONS } from './run-options.ts';

const { var: _, 'api-version': __, ...WORK_OPTIONS } = RUN_OPTIONS;

/** The flags of every command that takes back a run. */
export type ReversalFlags = InferredOptionTypes<typeof RUN_OPTIONS & typeof NEW_OPTION> & {
  run: string;
};

/** The job that takes back an earlier run, or why there is none. */
type ReversalWork =
  | { readonly job: object }
  | { readonly nothing: { readonly document: ResultDocument; readonly text: string } };

/** A command that takes back what an earlier run did, in a run of its own. */
interface ReversalCommand<Own extends Parameters<CommandHost['flags']>[0], Flags> {
  /** Such as `undo`. */
  readonly name: string;
  readonly options: Own;
  readonly examples: Parameters<typeof helpExamples>[0];
  /** Reviews the earlier run and prints what stays as it is. Throws a `UserError` if the run can't be taken back. */
  readonly review: (
    run: RunId,
    invocation: Invocation,
    flags: ArgumentsCamelCase<Flags>,
  ) => ReversalWork;
}

/** Makes a command `NAME RUN`: it writes a job from the ledger of RUN, and runs it like any other job. */
export function reversalCommand<
  Own extends Parameters<CommandHost['flags']>[0],
  Flags extends ReversalFlags,
>(
  host: CommandHost,
  { name, options, examples, review }: ReversalCommand<Own, Flags>,
): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options({ ...host.flags(options), ...host.options({ ...WORK_OPTIONS, ...NEW_OPTION }) })
        .epilogue(helpExamples(examples)) as never,
    handler: (flags) =>
      host.invoke(flags, async (invocation): Promise<ExitCode> => {
        const { surroundings, stateDirectory, output } = invocation;
        const found = await findRunArgument(flags.run, invocation);
        const { run } = await readRun(stateDirectory, found, surroundings.world);
        const work = review(run, invocation, flags);
        if ('nothing' in work) {
          const { document, text } = work.nothing;
          if (output.json) output.result(document, () => text);
          else output.info(text);
          return 0;
        }
        const place = { name: `ucbulk ${name} ${run}`, folder: surroundings.cwd };
        const read = await readJobText(invocation, formatYaml(work.job), place);
        return runJob(read, invocation, { flags });
      }),
  };
}
