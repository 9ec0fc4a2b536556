import type { CommandInfo, FlagInfo } from '../read-commands.ts';
import {
  argumentChoices,
  argumentKind,
  firstSentence,
  firstWords,
  groupNames,
  RUN_IDS,
  verbsOf,
} from './completion-facts.ts';

/** Writes the completion script for fish. */
export function fishScript(commands: readonly CommandInfo[]): string {
  const groups = groupNames(commands);
  return [
    'complete -c ucbulk -f',
    "complete -c ucbulk -s h -l help -d 'Show help'",
    "complete -c ucbulk -l version -d 'Show version number'",
    ...firstWords(commands).map(([word, text]) => offer('__fish_use_subcommand', word, text)),
    ...groups.flatMap((group) => {
      const verbs = verbsOf(group, commands);
      const none = `__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${verbs.map(([word]) => word).join(' ')}`;
      return verbs.map(([word, text]) => offer(none, word, text));
    }),
    ...commands.flatMap(commandLines),
    '',
  ].join('\n');
}

function commandLines(command: CommandInfo): string[] {
  const condition = command.name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
  return [
    ...command.flags.map((flag) => flagLine(condition, flag)),
    ...argumentLines(condition, command),
  ];
}

function flagLine(condition: string, { name, aliases, type, choices, description }: FlagInfo) {
  const short = aliases.filter((alias) => alias.length === 1).map((alias) => ` -s ${alias}`);
  const value =
    type === 'boolean' ? '' : choices === null ? ' -r -F' : ` -x -a ${quote(choices.join(' '))}`;
  return `complete -c ucbulk -n ${quote(condition)}${short.join('')} -l ${name}${value} -d ${quote(firstSentence(description))}`;
}

function argumentLines(condition: string, command: CommandInfo): string[] {
  const line = (rest: string) => `complete -c ucbulk -n ${quote(condition)} ${rest}`;
  const runs = line(`-a ${quote(`latest (${RUN_IDS})`)} -d Run`);
  switch (argumentKind(command)) {
    case 'run':
      return [runs];
    case 'run-or-file':
      return [runs, line('-F')];
    case 'job':
      // fish offers all files, those with this ending first.
      return [line("-k -a '(__fish_complete_suffix .yaml)'")];
    case 'file':
      return [line('-F')];
    case 'choice':
      return [line(`-a ${quote(argumentChoices(command).join(' '))}`)];
    case 'none':
      return [];
  }
}

function offer(condition: string, word: string, description: string): string {
  return `complete -c ucbulk -n ${quote(condition)} -a ${word} -d ${quote(description)}`;
}

/** Quotes a text for fish. */
function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
