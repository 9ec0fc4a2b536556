import { resolve } from 'node:path';
import type { InferredOptionTypes } from 'yargs';
import { keyFingerprint, parsePrivateKey } from '../../plans/approval-keys.ts';
import { approvePlan } from '../../plans/approve-plan.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { text } from '../option-values.ts';
import { planFileText } from '../plan-file-text.ts';
import { readKeyFile } from '../read-key-file.ts';

// No environment variable sets the key: an approval must be a decision about one plan.
const KEY = {
  key: {
    type: 'string',
    requiresArg: true,
    demandOption: true,
    coerce: text('key'),
    describe: 'File with your private ed25519 key (PEM, or as ssh-keygen writes it)',
  },
} as const;

type Flags = InferredOptionTypes<typeof GLOBAL_OPTIONS & typeof KEY> & { file: string };

/** `approve FILE --key KEY`: approves a plan of another person. */
export function approveCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('file', { type: 'string', demandOption: true, describe: 'Plan file' })
        .options({ ...host.flags(KEY), ...host.options(GLOBAL_OPTIONS) })
        .epilogue(
          helpExamples([
            ['$0 show tonight.plan', 'Read the plan first'],
            ['$0 approve tonight.plan --key ~/.ssh/id_ed25519', 'Then approve it'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async ({ surroundings, output }) => {
        const { cwd, world } = surroundings;
        const { file } = flags;
        const privateKey = parsePrivateKey(await readKeyFile(flags.key, surroundings), flags.key);
        const at = new Date(world.clock.now()).toISOString();
        const { plan, key, wasApproved } = await approvePlan(
          { files: world.files, path: resolve(cwd, file), file },
          { privateKey, at, id: world.ids.runId() },
        );
        const fingerprint = keyFingerprint(key);
        const { sha256 } = plan;
        output.result({ type: 'approved', file, sha256, key: fingerprint, wasApproved }, () =>
          output.fit(planFileText(plan)),
        );
        output.info(
          wasApproved
            ? `This key (${fingerprint}) has approved the plan already.`
            : `Approved with the key ${fingerprint}.`,
        );
        return 0;
      }),
  };
}
