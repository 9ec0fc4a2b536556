import { resolve } from 'node:path';
import type { InferredOptionTypes } from 'yargs';
import { readPlan } from '../../plans/read-plan.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { planFileDocument, planFileText } from '../plan-file-text.ts';

type Flags = InferredOptionTypes<typeof GLOBAL_OPTIONS> & { file: string };

/** `show FILE`: shows a plan file. */
export function showCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('file', { type: 'string', demandOption: true, describe: 'Plan file' })
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(helpExamples([['$0 show tonight.plan', 'What `apply tonight.plan` would do']])),
    handler: (flags) =>
      host.invoke(flags, async ({ surroundings, output }) => {
        const { cwd, world } = surroundings;
        const { file } = flags;
        const plan = await readPlan({ files: world.files, path: resolve(cwd, file), file });
        output.summary(planFileDocument(plan), () => output.fit(planFileText(plan)));
        return 0;
      }),
  };
}
