import type { CommandInfo } from '../read-commands.ts';
import {
  argumentChoices,
  argumentKind,
  firstWords,
  flagPatterns,
  flagsWithValues,
  flagWords,
  groupNames,
  quote,
  RUN_IDS,
  verbsOf,
} from './completion-facts.ts';

/** Writes the completion script for bash. It also works in bash 3.2 of macOS. */
export function bashScript(commands: readonly CommandInfo[]): string {
  const values = flagsWithValues(commands);
  return `_ucbulk() {
  local IFS=$' \\t\\n'
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} first=\${COMP_WORDS[1]}
  local command=$first flags='' kind=none choices=''
  # bash makes a word of each = in --flag=value.
  if [ "$word" = = ]; then word=''
  elif [ "$before" = = ]; then before=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${words(firstWords(commands))} -- "$word"))
    return
  fi
  case "$first" in
${groupNames(commands)
  .map((group) => {
    const verbs = `COMPREPLY=($(compgen -W ${words(verbsOf(group, commands))} -- "$word"))`;
    return `    ${group}) if [ "$COMP_CWORD" -eq 2 ]; then ${verbs}; return; fi; command="$first \${COMP_WORDS[2]}" ;;`;
  })
  .join('\n')}
  esac
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
  case "$command $before" in
${values
  .filter(({ choices }) => choices !== null)
  .map((flag) => {
    const choices = quote(flag.choices?.join(' ') ?? '');
    return `    ${flagPatterns(flag)}) COMPREPLY=($(compgen -W ${choices} -- "$word")); return ;;`;
  })
  .join('\n')}
    ${values
      .filter(({ choices }) => choices === null)
      .map(flagPatterns)
      .join('|')}) kind=file ;;
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")); return ;;
  esac
  # Names of files can contain spaces.
  IFS=$'\\n'
  case "$kind" in
    choice) IFS=' '; COMPREPLY=($(compgen -W "$choices" -- "$word")) ;;
    run|run-or-file) COMPREPLY=($(compgen -W "latest"$'\\n'"$(${RUN_IDS})" -- "$word")) ;;
    job) COMPREPLY=($(compgen -f -X '!*.@(yaml|yml|json)' -- "$word") $(compgen -d -- "$word")) ;;
  esac
  case "$kind" in
    file|run-or-file) COMPREPLY+=($(compgen -f -- "$word")) ;;
  esac
}
shopt -s extglob 2>/dev/null
complete -o filenames -F _ucbulk ucbulk
`;
}

function commandCase(command: CommandInfo): string {
  const choices = argumentChoices(command);
  const values = choices.length === 0 ? '' : `; choices=${quote(choices.join(' '))}`;
  return `    ${quote(command.name)}) flags=${words(flagWords(command))}; kind=${argumentKind(command)}${values} ;;`;
}

function words(described: readonly (readonly [string, string])[]): string {
  return quote(described.map(([word]) => word).join(' '));
}
