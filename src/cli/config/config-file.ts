import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse as parseIni } from 'ini';
import * as z from 'zod';
import { describeFileProblem } from '../../core/file-problem.ts';
import { UserError } from '../../core/user-error.ts';
import type { Files } from '../../core/world.ts';
import { closestWord } from '../../job/closest-word.ts';
import { JobFileError } from '../../job/job-file-error.ts';
import { type JobNode, type PlacedProblem, toPlain } from '../../job/job-tree.ts';
import { parseYaml, withLine } from '../../job/parse-yaml.ts';
import type { Environment } from '../surroundings.ts';

/** The keys of one project, and the addresses of the service. */
export interface ProjectSettings {
  readonly publicKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly restApiBase?: string | undefined;
  readonly uploadApiBase?: string | undefined;
}

/** A configuration file of an official client. */
export interface ConfigFile {
  readonly path: string;
  /** The settings that apply if no project is named. */
  readonly top: ProjectSettings;
  /** Named projects. */
  readonly projects: Readonly<Record<string, ProjectSettings>>;
  readonly defaultProject: string | null;
  /** Problems that do not prevent the use of the file, such as an unknown key. */
  readonly warnings: readonly string[];
}

const text = z.string().optional();
const keys = { public_key: text, secret_key: text, cdn_base: text };
const addresses = { rest_api_base: text, upload_api_base: text };
const schema = z.looseObject({
  ...keys,
  ...addresses,
  default_project: text,
  projects: z.record(z.string(), z.looseObject({ ...keys, ...addresses })).optional(),
});
/** Keys that only the official CLI uses. */
const OTHER_KEYS = ['project_api_token', 'verbose', 'projects', 'default_project'];

/**
 * Reads the configuration file of an official client, the first that exists: `~/.uploadcare/config.yaml` of the CLI,
 * `uploadcare.ini` in the current folder, or the INI file `~/.uploadcare` of `ucare`. Returns null if there is none.
 * Throws a `JobFileError` or a `UserError` if the file can't be used.
 */
export async function readConfigFile({
  env,
  cwd,
  files,
}: {
  readonly env: Environment;
  readonly cwd: string;
  readonly files: Files;
}): Promise<ConfigFile | null> {
  const home = env.HOME;
  const places = [
    ...(home === undefined || home === '' ? [] : [join(home, '.uploadcare', 'config.yaml')]),
    resolve(cwd, 'uploadcare.ini'),
    ...(home === undefined || home === '' ? [] : [join(home, '.uploadcare')]),
  ];
  for (const path of places) {
    if (!isFile(path)) continue;
    const content = await files.readText(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    const file = path.endsWith('.yaml') ? readYaml(content, path) : readIni(content, path);
    return { ...file, warnings: [...openToOthers(path), ...file.warnings] };
  }
  return null;
}

/** True for a file. `~/.uploadcare` is a folder for one client and a file for the other. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function unreadable(path: string, error: unknown): UserError {
  const message = `${path} can't be read: ${describeFileProblem(error)}. Make it readable for you, or set UPLOADCARE_PUBLIC_KEY and UPLOADCARE_SECRET_KEY.`;
  return new UserError('configuration', message, { cause: error });
}

/** Warns of a file with secret keys that other users of the machine can read. */
function openToOthers(path: string): string[] {
  const mode = statSync(path).mode & 0o077;
  return mode === 0
    ? []
    : [`${path} has secret keys, but other users can read it: chmod 600 ${path}`];
}

function readYaml(content: string, path: string): ConfigFile {
  const problems: PlacedProblem[] = [];
  const report = (problem: PlacedProblem) => problems.push(problem);
  const root = parseYaml(content, { what: 'the configuration file', report });
  const plain = root === null ? {} : toPlain(root);
  const parsed = schema.safeParse(plain);
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    report({
      offset: root?.at ?? 0,
      message: `${issue.path.join('.')}: expected ${expected(issue)}`,
    });
  }
  if (!parsed.success || problems.length > 0) {
    const placed = problems.map((problem) => withLine(problem, content));
    throw new UserError('configuration', new JobFileError(path, placed).message);
  }
  const { default_project: defaultProject = null, projects = {}, ...top } = parsed.data;
  const warnings = root === null ? [] : unknownKeys(root, path);
  const named = Object.entries(projects).map(([name, one]) => [name, settingsOf(one)] as const);
  return {
    path,
    top: settingsOf(top),
    projects: Object.fromEntries(named),
    defaultProject,
    warnings,
  };
}

function expected(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.expected === 'string'
    ? 'a text in quotes'
    : 'a block of keys';
}

function settingsOf(given: z.output<z.ZodObject<typeof keys & typeof addresses>>): ProjectSettings {
  return {
    publicKey: given.public_key,
    secretKey: given.secret_key,
    restApiBase: given.rest_api_base,
    uploadApiBase: given.upload_api_base,
  };
}

/** Warns of keys that neither ucbulk nor the official CLI knows: a mistyped key would have no effect. */
function unknownKeys(root: JobNode, path: string): string[] {
  const top = [...Object.keys(keys), ...Object.keys(addresses), ...OTHER_KEYS];
  const own = [...Object.keys(keys), ...Object.keys(addresses)];
  const projects = entriesOf(root).find(({ key }) => key === 'projects')?.node;
  const inProjects = projects === undefined ? [] : entriesOf(projects);
  return [
    ...strange(root, top).map((message) => `${path}: ${message}`),
    ...inProjects.flatMap(({ key, node }) =>
      strange(node, own).map((message) => `${path}: project ${JSON.stringify(key)}: ${message}`),
    ),
  ];
}

function strange(node: JobNode, known: readonly string[]): string[] {
  return entriesOf(node)
    .filter(({ key }) => !known.includes(key))
    .map(({ key }) => {
      const meant = closestWord(key, known);
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
      return `unknown key ${JSON.stringify(key.slice(0, 60))}${hint}`;
    });
}

function entriesOf(node: JobNode) {
  return node.kind === 'block' ? node.entries : [];
}

const iniSchema = z.looseObject({
  ucare: z
    .looseObject({ pub_key: text, secret: text, api_base: text, upload_base: text })
    .optional(),
});

/** Reads the section `[ucare]` of an INI file. */
function readIni(content: string, path: string): ConfigFile {
  const parsed = iniSchema.safeParse(parseIni(content));
  const { ucare } = parsed.success ? parsed.data : {};
  const top: ProjectSettings = {
    publicKey: ucare?.pub_key,
    secretKey: ucare?.secret,
    restApiBase: ucare?.api_base,
    uploadApiBase: ucare?.upload_base,
  };
  const warnings = ucare === undefined ? [`${path} has no section [ucare], so it is not used`] : [];
  return { path, top, projects: {}, defaultProject: null, warnings };
}
