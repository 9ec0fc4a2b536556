import type { CommandInfo, FlagInfo } from '../read-commands.ts';

/** Prints the ids of all runs, one a line. The run is the first field after the type of each document. */
export const RUN_IDS = `ucbulk runs --json 2>/dev/null | sed -n 's/^{"version":1,"type":"[a-z-]*","run":"\\([^"]*\\)".*/\\1/p'`;

/** The kind of words that a shell offers as an argument. */
export type ArgumentKind = 'run' | 'run-or-file' | 'job' | 'file' | 'choice' | 'none';

const FILE_ARGUMENTS: readonly string[] = ['file', 'files', 'paths'];

/** Returns the kind of the arguments of a command. */
export function argumentKind({ arguments: [first, second] }: CommandInfo): ArgumentKind {
  if (first === undefined) return 'none';
  if (first.choices !== null) return 'choice';
  if (first.name === 'job') return 'job';
  if (first.name === 'run') {
    return second !== undefined && FILE_ARGUMENTS.includes(second.name) ? 'run-or-file' : 'run';
  }
  return FILE_ARGUMENTS.includes(first.name) ? 'file' : 'none';
}

/** Returns the values of the first argument, if it has only certain ones. */
export function argumentChoices({ arguments: [first] }: CommandInfo): readonly string[] {
  return first?.choices ?? [];
}

/** Returns all flags of a command as words, also those of every command. */
export function flagWords({ flags }: CommandInfo): [word: string, description: string][] {
  return [
    ...flags.map((flag): [string, string] => [`--${flag.name}`, firstSentence(flag.description)]),
    ['--help', 'Show help'],
    ['--version', 'Show version number'],
  ];
}

/** Returns the part of a description that fits beside a word. */
export function firstSentence(description: string): string {
  return description.split(/[.;:] /, 1)[0] ?? description;
}

/** Returns the first word of each command, with a description. */
export function firstWords(
  commands: readonly CommandInfo[],
): [word: string, description: string][] {
  const words = new Map<string, string>();
  for (const { name, description } of commands) {
    const [first = name, verb] = name.split(' ');
    const verbs = verbsOf(first, commands).map(([word]) => word);
    words.set(first, verb === undefined ? firstSentence(description) : verbs.join(', '));
  }
  return [...words];
}

/** Returns the first words of commands with two words. */
export function groupNames(commands: readonly CommandInfo[]): string[] {
  const groups = commands.filter(({ name }) => name.includes(' '));
  return [...new Set(groups.map(({ name }) => name.split(' ')[0] ?? name))];
}

/** Returns the second words of the commands of a group, with their descriptions. */
export function verbsOf(
  group: string,
  commands: readonly CommandInfo[],
): [word: string, description: string][] {
  return commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name, description }) => [name.slice(group.length + 1), firstSentence(description)]);
}

/** A flag with a value, and the commands in which the flag has these values. */
export interface FlagValues {
  /** The spellings of the flag, such as `--format`. */
  readonly words: readonly string[];
  /** The names of the commands; null if the flag has the same values in all commands that have it. */
  readonly commands: readonly string[] | null;
  /** The possible values; null if the flag takes any text. */
  readonly choices: readonly string[] | null;
}

/** Lists the flags that take a value. Those with the same values in all commands have one entry. */
export function flagsWithValues(commands: readonly CommandInfo[]): FlagValues[] {
  const byName = new Map<string, Map<string, string[]>>();
  const flags = new Map<string, FlagInfo>();
  for (const { name, flags: own } of commands) {
    for (const flag of own.filter(({ type }) => type === 'text')) {
      flags.set(flag.name, flag);
      const values = byName.get(flag.name) ?? new Map<string, string[]>();
      const key = JSON.stringify(flag.choices);
      byName.set(flag.name, values.set(key, [...(values.get(key) ?? []), name]));
    }
  }
  return [...byName].flatMap(([name, values]) =>
    [...values].map(([key, named]) => ({
      words: [`--${name}`, ...(flags.get(name)?.aliases ?? []).map(spelling)],
      commands: values.size === 1 ? null : named,
      choices: JSON.parse(key) as string[] | null,
    })),
  );
}

function spelling(alias: string): string {
  return alias.length === 1 ? `-${alias}` : `--${alias}`;
}

/** Quotes a text for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Writes the patterns of a `case` of a shell that match `COMMAND FLAG`. */
export function flagPatterns({ words, commands }: FlagValues): string {
  const patterns = words.flatMap((word) =>
    commands === null
      ? [`*${quote(` ${word}`)}`]
      : commands.map((command) => quote(`${command} ${word}`)),
  );
  return patterns.join('|');
}
