import { parseByteSize } from '../core/byte-size.ts';
import { closestWord } from './closest-word.ts';
import { meantField, withoutTexts } from './expression-names.ts';

const SIZE = /(?<![\w.])(\d+(?:\.\d+)?) ?([kKMGT]i?B)\b/;
const DURATION = /(?<![\w.])\d+ ?(?:ms|[smhdw])\b/;
const WORDS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['like', 'matches()'],
  ['is', '=='],
]);
/** The variables of an expression. */
const ROOTS = ['file', 'item', 'steps', 'vars'];

/**
 * Explains a common mistake in a CEL expression that is invalid, as the end of a sentence that starts with its
 * position. `fault` is the message of the CEL library. Returns null if the expression has none of these mistakes.
 */
export function mistakeIn(text: string, fault: string): string | null {
  const bare = withoutTexts(text);
  const [size = '', number = '', unit = ''] = SIZE.exec(bare) ?? [];
  if (size !== '') {
    const bytes = parseByteSize(`${number}${unit}`);
    return `has the size ${size}; sizes in expressions are numbers of bytes: write ${bytes}`;
  }
  const [duration] = DURATION.exec(bare) ?? [];
  if (duration !== undefined) {
    return `has the duration ${duration}, which expressions do not know; select by age with \`where: { uploaded: { olderThan: ${duration.replace(' ', '')} } }\``;
  }
  if (/(?<![=!<>])=(?!=)/.test(bare)) return 'has a single =; write == to compare';
  if (/(?<!&)&(?!&)|(?<!\|)\|(?!\|)/.test(bare)) return 'has a single & or |; write && or ||';
  const [, word] = /(?<![\w.])(and|or|not|like|is)(?!\w)/i.exec(bare) ?? [];
  if (word !== undefined) {
    return `has the word ${word}; write ${WORDS.get(word.toLowerCase())} instead`;
  }
  return unknownName(fault);
}

/** Explains a name that is no variable, such as `size` where `file.size` is meant. */
function unknownName(fault: string): string | null {
  const [, name] = /^Unknown variable: (\w+)/.exec(fault) ?? [];
  if (name === undefined) return null;
  const field = meantField(name);
  const meant = field === undefined ? closestWord(name, ROOTS) : `file.${field}`;
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `reads ${name}, which does not exist; known: ${ROOTS.join(', ')}${hint}`;
}
