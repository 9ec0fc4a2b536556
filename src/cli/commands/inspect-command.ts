import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { inspectInventory, inspectProject } from '../../run/inspect-project.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { inspectionDocument, inspectionText } from '../inspection-text.ts';
import { INSPECT_OPTIONS } from '../run-options.ts';
import { withRunContext } from '../with-run-context.ts';

// No environment variable sets this option: a run of the command must not silently show old counts.
const OWN_OPTIONS = {
  'from-inventory': {
    type: 'boolean',
    default: false,
    describe: 'Count the listing of the last `inspect` again; send no request',
  },
} as const;

type Flags = InferredOptionTypes<typeof INSPECT_OPTIONS & typeof OWN_OPTIONS>;

/** `inspect`: lists a project once, counts its files, and keeps the listing. */
export function inspectCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs.options({ ...host.flags(OWN_OPTIONS), ...host.options(INSPECT_OPTIONS) }).epilogue(
        helpExamples([
          ['$0 inspect', 'One request for each 1,000 files'],
          ['$0 inspect --from-inventory', 'Count the kept listing; no request'],
        ]),
      ),
    handler: (flags) => host.invoke(flags, (invocation) => inspect(invocation, flags)),
  };
}

async function inspect(
  invocation: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const { surroundings, output } = invocation;
  const connection = connectionFromEnv(surroundings.env, flags);
  const { result } = await withRunContext(invocation, { flags, connection }, (context) =>
    flags.fromInventory ? inspectInventory(context) : inspectProject(context),
  );
  output.summary(inspectionDocument(result), () => output.fit(inspectionText(result)));
  return 0;
}
