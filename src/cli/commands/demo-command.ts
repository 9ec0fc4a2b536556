import type { CommandModule } from 'yargs';
import type { CommandHost, Invocation } from '../command.ts';
import { withDemoStage } from '../demo/demo-stage.ts';
import { type Narrator, playDemo } from '../demo/play-demo.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';

/** `demo`: a cleanup that is killed half way, goes on, and proves what it did. */
export function demoCommand(host: CommandHost): CommandModule<object, GlobalFlags> {
  return {
    command: 'demo',
    describe: 'Watch a cleanup be killed half way and go on; needs no account',
    builder: (yargs) =>
      yargs
        .options(host.options(GLOBAL_OPTIONS))
        .example([['$0 demo', '1. Half a minute, on emulated files']]),
    handler: (flags) => host.invoke(flags, demo),
  };
}

async function demo({ surroundings, output }: Invocation): Promise<ExitCode> {
  const { paint } = output;
  const print = (text: string) => {
    if (output.json) output.say(text);
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
    playDemo(stage, surroundings, narrator),
  );
  output.result({ type: 'demo', claims }, () => '');
  if (claims.every(({ holds }) => holds)) return 0;
  throw new Error('The demo failed: not every claim holds');
}
