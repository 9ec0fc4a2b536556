import { UserError } from '../../core/user-error.ts';
import { closestWord } from '../../job/closest-word.ts';
import type { Environment } from '../surroundings.ts';
import type { ConfigFile, ProjectSettings } from './config-file.ts';

/** The environment variables that a configuration file can also set, with the names of their settings. */
export const SETTING_VARIABLES = {
  publicKey: 'UPLOADCARE_PUBLIC_KEY',
  secretKey: 'UPLOADCARE_SECRET_KEY',
  restApiBase: 'UPLOADCARE_REST_API_BASE',
  uploadApiBase: 'UPLOADCARE_UPLOAD_API_BASE',
} as const satisfies Record<keyof ProjectSettings, keyof Environment>;

export type SettingName = keyof typeof SETTING_VARIABLES;

/** A setting and its origin, for people. */
export interface Setting {
  readonly name: SettingName;
  readonly value: string;
  readonly origin: string;
}

/** The settings of a command, and warnings about their choice. */
export interface ChosenSettings {
  readonly settings: readonly Setting[];
  readonly warnings: readonly string[];
}

/**
 * Chooses the settings in the order of the official CLI: environment variables, the named project, the default
 * project, the top of the configuration file. A key of the environment excludes the keys of all projects in the file,
 * so that two keys never come from different projects. Throws a `UserError` if a named project does not exist.
 */
export function chooseSettings(
  { env, project }: { readonly env: Environment; readonly project: string | undefined },
  file: ConfigFile | null,
): ChosenSettings {
  const named = given(project) ?? given(env['UPLOADCARE_PROJECT']);
  const hasKey = [env.UPLOADCARE_PUBLIC_KEY, env.UPLOADCARE_SECRET_KEY].some(
    (key) => given(key) !== undefined,
  );
  const chosen = hasKey ? null : chooseProject(file, named);
  const names = Object.keys(SETTING_VARIABLES) as SettingName[];
  const settings = names
    .map((name) => fromEnvironment(name, env) ?? fromFile(name, { file, chosen, hasKey }))
    .filter((setting) => setting !== null);
  const warnings =
    hasKey && named !== undefined
      ? [
          `The environment has the keys of a project, so the project ${JSON.stringify(named)} is not used.`,
        ]
      : [];
  return { settings, warnings };
}

function fromEnvironment(name: SettingName, env: Environment): Setting | null {
  const variable = SETTING_VARIABLES[name];
  const value = given(env[variable]);
  return value === undefined ? null : { name, value, origin: `environment: ${variable}` };
}

interface FileChoice {
  readonly file: ConfigFile | null;
  readonly chosen: ChosenProject | null;
  /** True if the environment has a key, which excludes those of the file. */
  readonly hasKey: boolean;
}

function fromFile(name: SettingName, { file, chosen, hasKey }: FileChoice): Setting | null {
  const isKey = name === 'publicKey' || name === 'secretKey';
  if (isKey && hasKey) return null;
  const own = given(chosen?.settings[name]);
  if (chosen !== null && own !== undefined) return { name, value: own, origin: chosen.origin };
  // The keys of a project must not be completed by those of another one.
  const top = isKey && chosen !== null ? undefined : given(file?.top[name]);
  return file === null || top === undefined ? null : { name, value: top, origin: file.path };
}

interface ChosenProject {
  readonly settings: ProjectSettings;
  readonly origin: string;
}

function chooseProject(file: ConfigFile | null, named: string | undefined): ChosenProject | null {
  const name = named ?? file?.defaultProject ?? null;
  if (name === null) return null;
  const settings =
    file === null || !Object.hasOwn(file.projects, name) ? undefined : file.projects[name];
  if (settings === undefined) throw unknownProject(name, file, named === undefined);
  return { settings, origin: `${file?.path}: project ${JSON.stringify(name)}` };
}

function unknownProject(name: string, file: ConfigFile | null, isDefault: boolean): UserError {
  const shown = JSON.stringify(name.slice(0, 100));
  if (file === null) {
    return new UserError(
      'configuration',
      `There is no configuration file with the project ${shown}. Projects are in ~/.uploadcare/config.yaml; see \`ucbulk config show\`.`,
    );
  }
  const known = Object.keys(file.projects);
  const meant = closestWord(name, known);
  const hint = meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
  const list = known.length === 0 ? 'it has no projects' : `it has ${known.join(', ')}`;
  const what = isDefault ? `default_project is ${shown}, but` : `There is no project ${shown}:`;
  return new UserError('configuration', `${file.path}: ${what} ${list}.${hint}`);
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
