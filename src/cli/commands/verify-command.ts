import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { type Verification, verifyRun } from '../../run/verify-run.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import type { Output } from '../output.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { INSPECT_OPTIONS } from '../run-options.ts';
import {
  type DescribedDifference,
  DIFFERENCE_COLUMNS,
  describeDifference,
  describeObjectDifference,
  verificationDocument,
  verificationText,
} from '../verification-text.ts';
import { withRunContext } from '../with-run-context.ts';

const OWN_OPTIONS = {
  csv: {
    type: 'boolean',
    default: false,
    describe: 'Print all differences as a table in CSV, and the summary on stderr',
  },
  'skip-buckets': {
    type: 'boolean',
    default: false,
    describe: 'Compare only the project, and not the buckets of the run',
  },
} as const;

type Flags = InferredOptionTypes<typeof INSPECT_OPTIONS & typeof OWN_OPTIONS> & { run: string };

/** Without `--json` and `--csv`, the command shows this number of differences. */
const MAX_SHOWN = 20;

/** `verify RUN`: compares the effects of a run with the listings of its projects and buckets. */
export function verifyCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options({ ...host.flags(OWN_OPTIONS), ...host.options(INSPECT_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 verify latest', 'One request for each 1,000 files of the project'],
            ['$0 verify latest --json', 'A document for each difference'],
            ['$0 verify latest --csv > differences.csv', 'A table of all differences'],
            ['$0 verify latest --skip-buckets', 'After the source bucket was deleted'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => verify(invocation, flags)),
  };
}

async function verify(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings, output } = invocation;
  const run = await findRunArgument(flags.run, invocation);
  if (run === null) throw new UserError('usage', 'Name a run: `ucbulk verify RUN`.');
  if (flags.csv && output.json) {
    throw new UserError('usage', 'Use --csv or --json, not both: they print the same differences.');
  }
  const connection = connectionFromEnv(surroundings.env, flags);
  const { print, end } = createPrinter(output, flags);
  const { result } = await withRunContext(invocation, { flags, connection }, (context) =>
    verifyRun(run, context, {
      onDifference: (one) => print(describeDifference(run, one)),
      onObjectDifference: (one) => print(describeObjectDifference(run, one)),
      buckets: !flags.skipBuckets,
    }),
  );
  return end(result);
}

/** Creates the functions that print the differences and then the summary, as the flags of the user want it. */
function createPrinter(output: Output, { csv }: { readonly csv: boolean }) {
  const isWhole = output.json || csv;
  let found = 0;
  if (csv) output.text(() => DIFFERENCE_COLUMNS);
  return {
    async print({ document, text, row }: DescribedDifference): Promise<void> {
      found += 1;
      if (!isWhole && found > MAX_SHOWN) return;
      await output.canPrint();
      output.result(document, csv ? row : () => output.fit(text()));
    },
    end(result: Verification): ExitCode {
      if (!isWhole && found > MAX_SHOWN) {
        output.info(`The first ${MAX_SHOWN} differences are shown; --json or --csv prints all.`);
      }
      const text = () => output.fit(verificationText(result));
      if (csv) output.info(text());
      else output.result(verificationDocument(result), text);
      return found === 0 ? 0 : 1;
    },
  };
}
