import { plainText } from '../../progress/terminal-text.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { PROJECT_OPTIONS, type ProjectFlags } from '../connection-options.ts';
import { helpExamples } from '../help-examples.ts';
import { textTable } from '../text-table.ts';
import { withClient } from '../with-client.ts';

/** `project`: shows the project to which the API keys belong. Users can check their keys with it. */
export function projectCommand(host: CommandHost): CommandParts<ProjectFlags> {
  return {
    builder: (yargs) =>
      yargs.options(host.options(PROJECT_OPTIONS)).epilogue(
        helpExamples([
          ['$0 project', 'Ask the service'],
          ['$0 project --json', 'The same for a script'],
        ]),
      ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const project = await withClient(invocation, flags, (client) => client.project());
        const { name, publicKey, autostore } = project;
        const autostoreText = autostore === null ? 'unknown' : autostore ? 'on' : 'off';
        invocation.output.result({ type: 'project', name, publicKey, autostore }, () =>
          textTable([
            ['name', plainText(name)],
            ['public key', plainText(publicKey)],
            ['autostore', autostoreText],
          ]),
        );
        return 0;
      }),
  };
}
