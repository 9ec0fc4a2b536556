import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { plainText } from '../../progress/terminal-text.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { chooseSettings, type Setting, type SettingName } from '../config/choose-settings.ts';
import { type ConfigFile, readConfigFile } from '../config/config-file.ts';
import { CONNECTION_OPTIONS } from '../connection-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { textTable } from '../text-table.ts';

const OPTIONS = { ...GLOBAL_OPTIONS, project: CONNECTION_OPTIONS.project } as const;
type Flags = InferredOptionTypes<typeof OPTIONS>;

/** `config show`: shows the keys and addresses that a command would use, and where each comes from. */
export function configCommand(host: CommandHost): CommandParts<object> {
  return {
    builder: (yargs) =>
      yargs
        .command(showCommand(host))
        .demandCommand(1, 'Which command? `ucbulk config --help` lists them.'),
    handler: () => undefined,
  };
}

function showCommand(host: CommandHost): CommandModule<object, Flags> {
  return {
    command: 'show',
    describe: 'Show the settings and their origins; secrets are masked',
    builder: (yargs) =>
      yargs
        .options(host.options(OPTIONS))
        .epilogue(helpExamples([['$0 config show --project Staging', 'As with this project']])),
    handler: (flags) => host.invoke(flags, (invocation) => show(invocation, flags)),
  };
}

async function show(
  { surroundings, output, stateDirectory }: Invocation,
  { project }: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const { env, cwd, world } = surroundings;
  const file = await readConfigFile({ env, cwd, files: world.files });
  const { settings, warnings } = chooseSettings({ env, project }, file);
  for (const warning of [...(file?.warnings ?? []), ...warnings])
    output.warn(`warning: ${warning}`);
  const shown = settings.map((setting) => ({ ...setting, value: masked(setting) }));
  output.result(
    {
      type: 'config',
      file: file?.path ?? null,
      projects: projectNames(file),
      settings: shown,
      stateDirectory,
    },
    () => settingsTable(shown, { file, stateDirectory }),
  );
  return 0;
}

const LABELS: Readonly<Record<SettingName, string>> = {
  publicKey: 'public key',
  secretKey: 'secret key',
  restApiBase: 'REST API base',
  uploadApiBase: 'Upload API base',
};

function settingsTable(
  settings: readonly Setting[],
  { file, stateDirectory }: { readonly file: ConfigFile | null; readonly stateDirectory: string },
): string {
  const rows = (Object.keys(LABELS) as SettingName[]).map((name) => {
    const setting = settings.find((one) => one.name === name);
    const isKey = name === 'publicKey' || name === 'secretKey';
    const missing = isKey ? ['not set', ''] : ['default', ''];
    const cells = setting === undefined ? missing : [setting.value, setting.origin];
    return [LABELS[name], ...cells.map(plainText)];
  });
  const names = projectNames(file);
  const projects = names.length === 0 ? [] : [['projects', plainText(names.join(', ')), '']];
  return textTable([
    ...rows,
    ['state directory', plainText(stateDirectory), ''],
    ['configuration file', file === null ? 'none' : plainText(file.path), ''],
    ...projects,
  ]);
}

function projectNames(file: ConfigFile | null): string[] {
  return Object.keys(file?.projects ?? {});
}

/** Hides all of a secret except its length, so that a person can see that it was copied completely. */
function masked({ name, value }: Setting): string {
  return name === 'secretKey' ? `set, ${value.trim().length} characters` : value;
}
