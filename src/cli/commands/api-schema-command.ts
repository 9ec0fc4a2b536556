import { jobJsonSchema } from '../../job/job-json-schema.ts';
import { toolVersion } from '../../run/tool-version.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { type AddAll, readCommands } from '../read-commands.ts';

/** `api-schema`: describes all commands, the job file and the exit codes in one JSON document, for programs. */
export function apiSchemaCommand(host: CommandHost, addAll: AddAll): CommandParts<GlobalFlags> {
  return {
    builder: (yargs) =>
      yargs
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(helpExamples([['$0 api-schema', 'One JSON document']])),
    handler: (flags) =>
      host.invoke(flags, async ({ output }) => {
        const document = {
          type: 'api-schema',
          tool: 'ucbulk',
          toolVersion: toolVersion(),
          commands: await readCommands(addAll),
          exitCodes: Object.entries(EXIT_CODES).map(([code, meaning]) => ({
            code: Number(code),
            meaning,
          })),
          jobSchema: jobJsonSchema(),
        };
        output.result(document, () => JSON.stringify({ version: 1, ...document }, null, 2));
        return 0;
      }),
  };
}
