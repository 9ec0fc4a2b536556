import { addAllCommands } from '../../src/cli/add-commands.ts';
import { CONNECTION_OPTIONS } from '../../src/cli/connection-options.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { type CommandInfo, type FlagInfo, readCommands } from '../../src/cli/read-commands.ts';
import { row, table } from './markdown-table.ts';

const COMMANDS = await readCommands(addAllCommands);
const CONNECTION = new Set(Object.keys(CONNECTION_OPTIONS));
const GLOBAL = new Set(Object.keys(GLOBAL_OPTIONS));

/** The tables of docs/commands.md by region: the flags that many commands have, and each command. */
export function commandTables(): Map<string, string> {
  const run = COMMANDS.find(({ name }) => name === 'run')?.flags ?? [];
  return new Map([
    ['every command', flagTable(run.filter(({ name }) => GLOBAL.has(name)))],
    ['connection', flagTable(run.filter(({ name }) => CONNECTION.has(name)))],
    ['commands', COMMANDS.map(section).join('\n')],
  ]);
}

function section({ name, description, arguments: args, flags }: CommandInfo): string {
  const own = flags.filter((flag) => !GLOBAL.has(flag.name) && !CONNECTION.has(flag.name));
  const usage = ['ucbulk', name, ...args.map(argumentText)].join(' ');
  const sends = flags.some((flag) => CONNECTION.has(flag.name));
  const also = ' It also has the [flags for the connection](#flags-for-the-connection).';
  const parts = [
    `### ${name}`,
    `\`${usage}\``,
    `${description}.${sends ? also : ''}`,
    ...(args.some((one) => one.description !== '') ? [argumentList(args)] : []),
    ...(own.length === 0 ? [] : [flagTable(own).trimEnd()]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function argumentText({ name, required, repeatable }: CommandInfo['arguments'][number]): string {
  const word = `${name.toUpperCase()}${repeatable ? ' …' : ''}`;
  return required ? word : `[${word}]`;
}

function argumentList(args: CommandInfo['arguments']): string {
  return args
    .filter(({ description }) => description !== '')
    .map(({ name, description }) => `- \`${name.toUpperCase()}\`: ${description}`)
    .join('\n');
}

function flagTable(flags: readonly FlagInfo[]): string {
  const rows = flags.map((flag) => row([nameOf(flag), meaningOf(flag), variableOf(flag)]));
  return table(['flag', 'meaning', 'variable'], rows);
}

function nameOf({ name, aliases, type }: FlagInfo): string {
  const names = [...aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`))];
  const value = type === 'boolean' ? '' : ' …';
  return [`--${name}${value}`, ...names].map((text) => `\`${text}\``).join(', ');
}

function meaningOf({ description, choices, default: byDefault, required, type }: FlagInfo): string {
  const facts = [
    ...(required ? ['required'] : []),
    ...(choices === null ? [] : [`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`]),
    ...(byDefault === null || type === 'boolean' ? [] : [`default \`${byDefault}\``]),
  ];
  const text = description.replaceAll(/ \[UCBULK_\w+\]/g, '');
  return facts.length === 0 ? text : `${text} (${facts.join('; ')})`;
}

function variableOf({ variable }: FlagInfo): string {
  return variable === null ? '' : `\`${variable}\``;
}
