import { jobJsonSchema } from '../../job/job-json-schema.ts';
import { toolVersion } from '../../run/tool-version.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { COMMAND_DOCUMENTS, documentSchemas } from '../documents/all-documents.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import type { ResultDocument } from '../output.ts';
import { type AddAll, readCommands } from '../read-commands.ts';

/** `api-schema`: describes all commands, job files, JSON documents and exit codes in one JSON document. */
export function apiSchemaCommand(host: CommandHost, addAll: AddAll): CommandParts<GlobalFlags> {
  return {
    builder: (yargs) =>
      yargs
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(helpExamples([['$0 api-schema', 'One JSON document']])),
    handler: (flags) =>
      host.invoke(flags, async ({ output }) => {
        const document: ResultDocument = {
          type: 'api-schema',
          tool: 'ucbulk',
          toolVersion: toolVersion(),
          commands: (await readCommands(addAll)).map((command) => ({
            ...command,
            documents: [...(COMMAND_DOCUMENTS[command.name] ?? []), 'error'],
          })),
          exitCodes: Object.entries(EXIT_CODES).map(([code, meaning]) => ({
            code: Number(code),
            meaning,
          })),
          jobSchema: jobJsonSchema(),
          documentSchemas: documentSchemas(),
        };
        output.result(document, () => JSON.stringify({ version: 1, ...document }, null, 2));
        return 0;
      }),
  };
}
