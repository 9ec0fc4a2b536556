import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type ProgramEnd, startProgram } from '../support/spawn-program.ts';

/** The packed package of ucbulk in a folder of its own, with the Node that runs it. */
export interface NodeInstall {
  /** The version of Node, such as `v22.20.0`. */
  readonly version: string;
  /** The folder that has only `node_modules`. */
  readonly folder: string;
  /** The environment in which `node` is this version. */
  readonly env: Readonly<Record<string, string>>;
  /** The path of the command `ucbulk`. */
  readonly ucbulk: string;
}

/** Runs a command to its end. Throws an error with its output if its exit code is not 0. */
export async function runCommand(
  command: string,
  args: readonly string[],
  how: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ProgramEnd> {
  const end = await startProgram(args, { ...how, entry: command }).ended;
  if (end.code === 0) return end;
  const ending = `ended with ${end.code ?? end.signal}`;
  throw new Error(`${command} ${args.join(' ')} ${ending}:\n${end.stdout}${end.stderr}`);
}

/** Downloads Node from npm. Returns the folder with its binary and its headers. */
async function downloadNode(version: string, folder: string): Promise<string> {
  const name = `node-linux-${process.arch}`;
  await npmInstall(`${name}@${version}`, folder, { npm_config_ignore_scripts: 'true' });
  return join(folder, 'node_modules', name);
}

async function npmInstall(
  what: string,
  folder: string,
  change: Readonly<Record<string, string>>,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const env = { ...(process.env as Record<string, string>), ...change };
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', what];
  await runCommand('npm', args, { cwd: folder, env });
}

/**
 * Installs a tarball with a version of Node. If better-sqlite3 can't download its native part, npm compiles it with
 * the headers of another version of Node.
 */
export async function installWithNode(
  tarball: string,
  versions: { readonly node: string; readonly headers: string },
  parent: string,
): Promise<NodeInstall> {
  const node = await downloadNode(versions.node, join(parent, 'node'));
  const headers = await downloadNode(versions.headers, join(parent, 'headers'));
  const env = { PATH: [join(node, 'bin'), process.env['PATH']].join(delimiter) };
  const folder = join(parent, 'app');
  await npmInstall(tarball, folder, { ...env, npm_config_nodedir: headers });
  const { stdout } = await runCommand('node', ['--version'], { cwd: folder, env });
  const ucbulk = join(folder, 'node_modules/.bin/ucbulk');
  return { version: stdout.trim(), folder, env, ucbulk };
}
