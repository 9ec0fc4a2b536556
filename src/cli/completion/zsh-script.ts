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

/** Writes the completion script for zsh. It works as a file in `fpath`, and with `source`. */
export function zshScript(commands: readonly CommandInfo[]): string {
  const values = flagsWithValues(commands);
  return `#compdef ucbulk
_ucbulk() {
  local first=$words[2] before=$words[CURRENT-1] kind=none
  local command=$first
  local -a described choices runs
  if (( CURRENT == 2 )); then
    described=(${list(firstWords(commands))})
    _describe -t commands command described
    return
  fi
  case "$first" in
${groupNames(commands)
  .map(
    (group) => `    ${group})
      if (( CURRENT == 3 )); then
        described=(${list(verbsOf(group, commands))})
        _describe -t commands command described
        return
      fi
      command="$first $words[3]" ;;`,
  )
  .join('\n')}
  esac
  if [[ $PREFIX == --*=* ]]; then
    before=\${PREFIX%%=*}
    compset -P '*='
  fi
  case "$command $before" in
${values
  .filter(({ choices }) => choices !== null)
  .map(
    (flag) =>
      `    ${flagPatterns(flag)}) compadd -- ${flag.choices?.map(quote).join(' ')}; return ;;`,
  )
  .join('\n')}
    ${values
      .filter(({ choices }) => choices === null)
      .map(flagPatterns)
      .join('|')}) _files; return ;;
  esac
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o -t flags flag described
    return
  fi
  case "$kind" in
    choice) compadd -a choices ;;
    run|run-or-file)
      runs=(latest \${(f)"$(${RUN_IDS})"})
      compadd -V runs -a runs ;;
    job) _files -g '*.(yaml|yml|json)' ;;
  esac
  case "$kind" in
    file|run-or-file) _files ;;
  esac
}
# As a file in fpath, zsh runs this text as the function. With source, it registers the function.
if [[ $funcstack[1] == _ucbulk ]]; then _ucbulk "$@"; else compdef _ucbulk ucbulk; fi
`;
}

function commandCase(command: CommandInfo): string {
  const choices = argumentChoices(command);
  const values = choices.length === 0 ? '' : `; choices=(${choices.map(quote).join(' ')})`;
  return `    ${quote(command.name)}) described=(${list(flagWords(command))}); kind=${argumentKind(command)}${values} ;;`;
}

/** The words with their descriptions, as `_describe` expects them. */
function list(described: readonly (readonly [string, string])[]): string {
  return described.map(([word, text]) => quote(`${word}:${text}`)).join(' ');
}
