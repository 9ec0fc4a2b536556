import type { CommandHost, CommandParts } from '../command.ts';
import { completionScript, SHELLS, type Shell } from '../completion/completion-scripts.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { type AddAll, readCommands } from '../read-commands.ts';

type Flags = GlobalFlags & { shell: Shell };

/** `completion SHELL`: prints a script that completes commands, flags, runs and job files. */
export function completionCommand(host: CommandHost, addAll: AddAll): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('shell', { choices: SHELLS, demandOption: true, describe: 'Your shell' })
        .options(host.options(GLOBAL_OPTIONS))
        .epilogue(
          helpExamples([
            ['source <($0 completion bash)', 'In ~/.bashrc; zsh in ~/.zshrc'],
            ['$0 completion fish > ~/.config/fish/completions/ucbulk.fish', 'For fish'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async ({ output }) => {
        const script = completionScript(flags.shell, await readCommands(addAll));
        output.result({ type: 'completion', shell: flags.shell, script }, () => script.trimEnd());
        return 0;
      }),
  };
}
