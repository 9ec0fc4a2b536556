import type { CommandInfo } from './read-commands.ts';

/** The shells for which completion scripts can be written. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** Writes the completion script of a shell for these commands. */
export function completionScript(shell: Shell, commands: readonly CommandInfo[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return `#compdef ucbulk\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
  }
}

/** Prints the ids of all runs, one a line. */
const RUN_IDS = `ucbulk runs --json 2>/dev/null | sed -n 's/.*"run":"\\([^"]*\\)".*/\\1/p'`;

function bash(commands: readonly CommandInfo[]): string {
  const cases = commands.map(
    (command) =>
      `    ${JSON.stringify(command.name)}) flags=${JSON.stringify(flagWords(command).join(' '))}; kind=${argumentKind(command)} ;;`,
  );
  return `_ucbulk() {
  local word=\${COMP_WORDS[COMP_CWORD]} first=\${COMP_WORDS[1]} flags='' kind=none
  local command=$first
  case " ${groupNames(commands).join(' ')} " in
    *" $first "*) command="$first \${COMP_WORDS[2]}" ;;
  esac
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${JSON.stringify(firstWords(commands).join(' '))} -- "$word"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ] && [ "$command" != "$first" ]; then
    case "$first" in
${groupNames(commands)
  .map(
    (group) =>
      `      ${group}) COMPREPLY=($(compgen -W ${JSON.stringify(verbsOf(group, commands).join(' '))} -- "$word")) ;;`,
  )
  .join('\n')}
    esac
    return
  fi
  case "$command" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")); return ;;
  esac
  case "$kind" in
    run) COMPREPLY=($(compgen -W "latest $(${RUN_IDS})" -- "$word")) ;;
    job) COMPREPLY=($(compgen -f -X '!*.@(yaml|yml|json)' -- "$word") $(compgen -d -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
shopt -s extglob 2>/dev/null
complete -o filenames -F _ucbulk ucbulk
`;
}

function fish(commands: readonly CommandInfo[]): string {
  const groups = groupNames(commands);
  const first = commands.filter(({ name }) => !name.includes(' '));
  const lines = [
    ...first.map(({ name, description }) => fishWord('__fish_use_subcommand', name, description)),
    ...groups.map((group) => fishWord('__fish_use_subcommand', group, `${group} …`)),
    ...commands.flatMap((command) => fishLines(command)),
  ];
  return `complete -c ucbulk -f\n${lines.join('\n')}\n`;
}

function fishLines(command: CommandInfo): string[] {
  const [first = '', verb] = command.name.split(' ');
  const seen = `__fish_seen_subcommand_from ${first}`;
  const condition = verb === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${verb}`;
  const word =
    verb === undefined
      ? []
      : [
          fishWord(
            `${seen}; and not __fish_seen_subcommand_from ${verb}`,
            verb,
            command.description,
          ),
        ];
  const flags = command.flags.map(
    ({ name, description }) =>
      `complete -c ucbulk -n ${quote(condition)} -l ${name} -d ${quote(description)}`,
  );
  const kind = argumentKind(command);
  const values =
    kind === 'run'
      ? [`complete -c ucbulk -n ${quote(condition)} -a ${quote(`latest (${RUN_IDS})`)}`]
      : kind === 'none'
        ? []
        : [`complete -c ucbulk -n ${quote(condition)} -F`];
  return [...word, ...flags, ...values];
}

function fishWord(condition: string, word: string, description: string): string {
  return `complete -c ucbulk -n ${quote(condition)} -a ${word} -d ${quote(description)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The kind of the first argument of a command; `none` if it has no argument. */
function argumentKind({ arguments: [argument] }: CommandInfo): 'run' | 'job' | 'file' | 'none' {
  if (argument === undefined) return 'none';
  if (argument.name === 'run' || argument.name === 'job') return argument.name;
  return 'file';
}

function flagWords({ flags }: CommandInfo): string[] {
  return flags.map(({ name }) => `--${name}`);
}

function firstWords(commands: readonly CommandInfo[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
}

/** The first words of commands with two words. */
function groupNames(commands: readonly CommandInfo[]): string[] {
  const names = commands.filter(({ name }) => name.includes(' '));
  return firstWords(names);
}

function verbsOf(group: string, commands: readonly CommandInfo[]): string[] {
  const words = commands.map(({ name }) => name.split(' '));
  return words.filter(([first]) => first === group).map(([, verb = '']) => verb);
}
