import type { Environment, Surroundings } from '../surroundings.ts';
import { chooseSettings, SETTING_VARIABLES } from './choose-settings.ts';
import { readConfigFile } from './config-file.ts';

/**
 * Returns the environment with the keys and addresses of the configuration file, for variables that are not set.
 * Reads no file if the environment has both keys. Returns the warnings about the file too.
 */
export async function withSettings(
  { env, cwd, world }: Pick<Surroundings, 'env' | 'cwd' | 'world'>,
  project: string | undefined,
): Promise<{ readonly env: Environment; readonly warnings: readonly string[] }> {
  const isNamed = project !== undefined || (env['UPLOADCARE_PROJECT'] ?? '') !== '';
  if (!isNamed && hasKeys(env)) return { env, warnings: [] };
  const file = await readConfigFile({ env, cwd, files: world.files });
  const { settings, warnings } = chooseSettings({ env, project }, file);
  const added = settings.map(({ name, value }) => [SETTING_VARIABLES[name], value] as const);
  return {
    env: { ...env, ...Object.fromEntries(added) },
    warnings: [...(file?.warnings ?? []), ...warnings],
  };
}

function hasKeys({ UPLOADCARE_PUBLIC_KEY, UPLOADCARE_SECRET_KEY }: Environment): boolean {
  return (UPLOADCARE_PUBLIC_KEY ?? '') !== '' && (UPLOADCARE_SECRET_KEY ?? '') !== '';
}
