import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { verifyRun } from '../../run/verify-run.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { INSPECT_OPTIONS } from '../run-options.ts';
import {
  differenceDocument,
  differenceText,
  verificationDocument,
  verificationText,
} from '../verification-text.ts';
import { withRunContext } from '../with-run-context.ts';

type Flags = InferredOptionTypes<typeof INSPECT_OPTIONS> & { run: string };

/** Without `--json`, the command shows this number of differences. */
const MAX_SHOWN = 20;

/** `verify RUN`: compares the effects of a run with the listing of its project. */
export function verifyCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .options(host.options(INSPECT_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 verify latest', 'One request for each 1,000 files of the project'],
            ['$0 verify latest --json', 'A document for each difference'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => verify(invocation, flags)),
  };
}

async function verify(invocation: Invocation, flags: ArgumentsCamelCase<Flags>): Promise<ExitCode> {
  const { surroundings, output } = invocation;
  const run = await findRunArgument(flags.run, invocation);
  if (run === null) throw new UserError('usage', 'Name a run: `ucbulk verify RUN`.');
  const connection = connectionFromEnv(surroundings.env, flags);
  let shown = 0;
  const { result } = await withRunContext(invocation, { flags, connection }, (context) =>
    verifyRun(run, context, async (difference) => {
      shown += 1;
      if (!output.json && shown > MAX_SHOWN) return;
      await output.canPrint();
      output.result(differenceDocument(run, difference), () => differenceText(difference));
    }),
  );
  if (!output.json && shown > MAX_SHOWN) {
    output.info(`The first ${MAX_SHOWN} differences are shown; --json prints all.`);
  }
  output.result(verificationDocument(result), () => output.fit(verificationText(result)));
  return result.different === 0 ? 0 : 1;
}
