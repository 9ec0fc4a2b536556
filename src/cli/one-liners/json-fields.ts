import { parseBooleanWord } from '../../core/boolean-word.ts';
import { closestWord } from '../../job/closest-word.ts';
import { FILE_FIELDS } from './file-text.ts';

/** The commands whose `--json` can name fields. */
const COMMANDS = ['list', 'info'];

/**
 * Replaces `--json=uuid,size` of `file list` and `file info` by the flag `--json` and the hidden flag
 * `--json-fields=uuid,size`. yargs has no flag that is both a switch and a text.
 */
export function splitJsonFields(argv: readonly string[]): readonly string[] {
  const [noun, verb = ''] = argv;
  if (noun !== 'file' || !COMMANDS.includes(verb)) return argv;
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return argv.flatMap((word, index) => {
    const value = index < end ? /^--json=(.*)$/su.exec(word)?.[1] : undefined;
    if (value === undefined || parseBooleanWord(value) !== null) return [word];
    return ['--json', `--json-fields=${value}`];
  });
}

/** Parses the value of `--json=FIELDS`. */
export function fieldNames(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  const names = [value].flat().join(',').split(',');
  const trimmed = names.map((name) => name.trim());
  const known: readonly string[] = FILE_FIELDS;
  const wrong = trimmed.find((name) => !known.includes(name));
  if (wrong === undefined) return trimmed;
  const meant = closestWord(snakeCase(wrong), known);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  throw new Error(`--json has no field \`${wrong}\`${hint}; fields: ${known.join(', ')}`);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
