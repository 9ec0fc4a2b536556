import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { withDemoStage } from '../demo/demo-stage.ts';
import type { DemoContext, Narrator } from '../demo/demo-tools.ts';
import { playBackgrounds } from '../demo/play-backgrounds.ts';
import { playDemo } from '../demo/play-demo.ts';
import { playFleet } from '../demo/play-fleet.ts';
import type { Claim } from '../demo/prove-deletes.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';

const STORIES = ['cleanup', 'backgrounds', 'fleet'] as const;

const PLAYS: Readonly<Record<Story, (place: DemoContext) => Promise<Claim[]>>> = {
  cleanup: playDemo,
  backgrounds: playBackgrounds,
  fleet: playFleet,
};

type Story = (typeof STORIES)[number];
type Flags = GlobalFlags & { readonly story: Story };

/**
 * `demo`: starts a run on emulated files, kills its process or its workers half way, and compares the result with the
 * emulator's log.
 */
export function demoCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('story', {
          choices: STORIES,
          default: 'cleanup' as const,
          describe:
            'Demo to show: a cleanup, pictures through a paid add-on, or workers of a fleet',
        })
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 demo', 'Half a minute, on emulated files'],
            ['$0 demo backgrounds', 'A pipeline: cut out, store, tag, copy'],
            ['$0 demo fleet', 'Three workers and a Redis; needs redis-server'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => demo(invocation, flags.story)),
  };
}

async function demo({ surroundings, output }: Invocation, story: Story): Promise<ExitCode> {
  const { paint } = output;
  const print = (text: string) => {
    if (output.json) output.info(text);
    else surroundings.stdout.write(`${text}\n`);
  };
  const narrator: Narrator = {
    title: (text) => print(`\n${paint('bold', text)}`),
    command: (text) => print(paint('cyan', `$ ${text}`)),
    text: print,
    alarm: (text) => print(paint('red', text)),
    claim: ({ holds, words }) =>
      print(`${holds ? paint('green', 'yes') : paint('red', 'NO ')}  ${words}`),
  };
  const claims = await withDemoStage(surroundings, (stage) =>
    PLAYS[story]({ stage, surroundings, narrator }),
  );
  output.result({ type: 'demo', claims }, () => '');
  if (claims.every(({ holds }) => holds)) return 0;
  throw new Error('The demo failed: not all claims hold');
}
