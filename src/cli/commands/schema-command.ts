import { jobJsonSchema } from '../../job/job-json-schema.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';

/** `schema`: prints the JSON schema of job files. Editors use it for completion and checks. */
export function schemaCommand(host: CommandHost): CommandParts<GlobalFlags> {
  return {
    builder: (yargs) =>
      yargs
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(helpExamples([['$0 schema > job.schema.json', 'Keep it beside your job files']])),
    handler: (flags) =>
      host.invoke(flags, async ({ output }) => {
        const schema = jobJsonSchema();
        output.result({ type: 'schema', schema }, () => JSON.stringify(schema, null, 2));
        return 0;
      }),
  };
}
