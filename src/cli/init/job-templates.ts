import { isJsonObject } from '../../core/json.ts';
import { UserError } from '../../core/user-error.ts';
import { closestWord } from '../../job/closest-word.ts';
import { toPlain } from '../../job/job-tree.ts';
import { parseYaml, quoteYaml } from '../../job/parse-yaml.ts';
import { listOwnFiles, readOwnText } from '../../package/own-files.ts';

/** A commented job file of the package, from which `init` makes a job file for the user. */
export interface JobTemplate {
  readonly name: string;
  readonly description: string;
  /** The variables of the job and their defaults, in the order of the file. */
  readonly variables: readonly (readonly [string, string])[];
  /** The comment above each variable, by the variable's name. */
  readonly comments: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Needs a price file, which a user must write first. */
const NOT_OFFERED = ['label-images-at-night'];

/** Reads the templates, sorted by name. */
export function readTemplates(): JobTemplate[] {
  return listOwnFiles('jobs')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .filter((name) => !NOT_OFFERED.includes(name))
    .sort()
    .map(readTemplate);
}

function readTemplate(name: string): JobTemplate {
  const text = readOwnText(`jobs/${name}.yaml`);
  const root = parseYaml(text, { what: 'the job file', report: () => undefined });
  const plain = root === null ? null : toPlain(root);
  const job = isJsonObject(plain) ? plain : {};
  const variables = isJsonObject(job['vars']) ? Object.entries(job['vars']) : [];
  return {
    name,
    description: String(job['description'] ?? ''),
    variables: variables.map(([variable, value]) => [variable, String(value)] as const),
    comments: new Map(variables.map(([variable]) => [variable, commentAbove(variable, text)])),
    text,
  };
}

/** The comment above a variable in the text of a job file, as one line. */
function commentAbove(variable: string, text: string): string {
  const lines = new RegExp(`((?:^  #.*\\n)+)  ${variable}: `, 'm').exec(text)?.[1] ?? '';
  return lines
    .replaceAll(/^ {2}# ?/gm, '')
    .trim()
    .replaceAll('\n', ' ');
}

/** Finds a template by its name, or by a part that only one name has. Throws a `UserError` with the names of all templates if there is none. */
export function findTemplate(name: string, templates: readonly JobTemplate[]): JobTemplate {
  const names = templates.map((one) => one.name);
  const found = templates.find((one) => one.name === name);
  if (found !== undefined) return found;
  const [part, second] = templates.filter((one) => one.name.includes(name));
  if (part !== undefined && second === undefined) return part;
  if (part !== undefined) throw severalJobs(name, names);
  const meant = closestWord(name, names);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new UserError(
    'usage',
    `There is no job \`${name.slice(0, 100)}\`; there are: ${names.join(', ')}.${hint} Nothing was written.`,
  );
}

/**
 * Writes the text of a job file: the template with other values of its variables, and with the public key of its
 * project if it is given. `file` is the name of the job file, for the commands in its comments.
 */
export function fillTemplate(
  { name, text, variables }: JobTemplate,
  {
    values,
    publicKey,
    file,
  }: {
    readonly values: ReadonlyMap<string, string>;
    readonly publicKey: string | null;
    readonly file: string;
  },
): string {
  let filled = text
    .replace(/^# yaml-language-server:.*\n#\n/, '')
    .replaceAll(`jobs/${name}.yaml`, () => file);
  for (const [variable] of variables) {
    const value = values.get(variable);
    if (value === undefined) continue;
    const line = new RegExp(`^(  ${variable}: ).*$`, 'm');
    filled = filled.replace(line, (_, start: string) => `${start}${formatValue(value)}`);
  }
  if (publicKey === null) return filled;
  const project = `# The job does not start with the keys of any other project.\nproject: ${quoteYaml(publicKey)}\n\n`;
  // The source comes after the name and the description in every template. Its comment is above it.
  return filled.replace(/^(?:#.*\n)*(?:vars|projects|source):/m, (start) => `${project}${start}`);
}

/** Formats the value of a variable. A number needs no quotes. */
function formatValue(value: string): string {
  return /^(?:0|[1-9]\d{0,14})$/.test(value) ? value : quoteYaml(value);
}

function severalJobs(part: string, names: readonly string[]): UserError {
  const found = names.filter((one) => one.includes(part));
  return new UserError(
    'usage',
    `Several jobs have \`${part}\` in their name: ${found.join(', ')}. Nothing was written. Type more of the name.`,
  );
}
