import { join, resolve } from 'node:path';

/** What decides where the ledgers are. */
export interface StateDirectoryFacts {
  /** As the user gave it with the command. */
  readonly flag: string | undefined;
  readonly env: {
    readonly UCBULK_STATE?: string | undefined;
    readonly XDG_STATE_HOME?: string | undefined;
    readonly HOME?: string | undefined;
  };
  readonly cwd: string;
  readonly exists: (path: string) => boolean;
}

/**
 * The state directory, absolute: what was asked for, else `./state` where there is one (a checkout,
 * a project of its own), else the user's state directory by the XDG rules.
 */
export function findStateDirectory({ flag, env, cwd, exists }: StateDirectoryFacts): string {
  const wanted = flag ?? env.UCBULK_STATE;
  if (wanted !== undefined && wanted !== '') return resolve(cwd, wanted);
  const local = join(cwd, 'state');
  if (exists(local)) return local;
  const home = resolve(cwd, env.HOME ?? '.');
  // The XDG rules say that a relative path is to be ignored.
  const base = env.XDG_STATE_HOME?.startsWith('/')
    ? env.XDG_STATE_HOME
    : join(home, '.local/state');
  return join(base, 'ucbulk');
}
