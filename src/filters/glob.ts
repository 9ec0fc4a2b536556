import { caseless } from '../core/same-text.ts';

const MAX_ALTERNATIVES = 256;
/** Characters with a special meaning in a glob. */
const SPECIAL = '*?[]{},!^-\\';
const DEPTH_CHANGES: ReadonlyMap<string, number> = new Map([
  ['{', 1],
  ['}', -1],
]);

/**
 * Converts a glob to a function that tests if it matches a whole text. `*` matches any characters, and `?`
 * matches one. The glob can also contain `[a-z]`, `[!a-z]`, `{jpg,png}`, and `\` before a character with a
 * special meaning. Ignores case, and the Unicode form of accents (NFC or NFD). Throws if the glob is invalid.
 * The text may be a file name that anybody has chosen, and no file name may make the test slow. So the glob
 * is split at each `*`. Each part is searched only once, after the end of the previous part. The time is at
 * most proportional to glob length × text length. One regular expression for the whole glob would take
 * minutes for `*a*a*a*a*b` and a name of 250 a's.
 */
export function compileGlob(glob: string): (text: string) => boolean {
  const alternatives = expandBraces(caseless(removeUselessEscapes(glob))).map(compileAlternative);
  return (text) => {
    const lower = caseless(text);
    return alternatives.some((parts) => matchesInOrder(parts, lower));
  };
}

/**
 * Removes backslashes before ordinary characters. Otherwise, when the glob is converted to another Unicode
 * form, such a backslash could separate a letter from its accent.
 */
function removeUselessEscapes(glob: string): string {
  return glob.replace(/\\(.)/gsu, (escaped, character: string) =>
    SPECIAL.includes(character) ? escaped : character,
  );
}

/**
 * True if the glob matches every text or nearly every text: one of its alternatives contains only wildcards
 * and negated classes, such as `*`, `?*`, `**`, `*.*` or `[!x]*`. Throws if the glob is invalid.
 */
export function matchesNearlyAll(glob: string): boolean {
  return expandBraces(glob).some(
    (one) =>
      one.includes('*') && /^(?:[*?]|\[!\]?[^\]]*\])+(?:[./](?:[*?]|\[!\]?[^\]]*\])+)*$/.test(one),
  );
}

/** True if `compileGlob` accepts the text. */
export function isGlob(text: string): boolean {
  try {
    compileGlob(text);
    return true;
  } catch {
    return false;
  }
}

function matchesInOrder(parts: readonly RegExp[], text: string): boolean {
  let from = 0;
  for (const part of parts) {
    part.lastIndex = from;
    if (!part.test(text)) return false;
    from = part.lastIndex;
  }
  return true;
}

function compileAlternative(glob: string): RegExp[] {
  const parts = [''];
  for (const token of tokenize(glob)) {
    if (token === '*') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${tokenPattern(token)}`);
  }
  const last = parts.length - 1;
  return parts.map(
    (part, index) =>
      new RegExp(`${index === 0 ? '^' : ''}${part}${index === last ? '$' : ''}`, 'gsu'),
  );
}

/** Returns the regular expression for a token of a glob. The token matches exactly one character. */
function tokenPattern(token: string): string {
  if (token === '?') return '.';
  if (!token.startsWith('[')) return escapeLiteral(token.startsWith('\\') ? token.slice(1) : token);
  // In `[!]`, the `!` is an ordinary character.
  const negated = /^\[[!^]./.test(token) && token.length > 3;
  const members = token.slice(negated ? 2 : 1, -1);
  const escaped = members.replace(/\\(.)|[\\^[\]]/gsu, (match, literal: string | undefined) =>
    literal === '-' ? '\\-' : escapeLiteral(literal ?? match),
  );
  return `[${negated ? '^' : ''}${escaped}]`;
}

/** Returns every glob that the braces in a glob describe: `a{b,c{d,e}}` → `ab`, `acd`, `ace`. */
function expandBraces(glob: string): string[] {
  const tokens = tokenize(glob);
  const open = tokens.indexOf('{');
  if (open === -1) {
    if (tokens.includes('}')) throw new Error(`A } without its {: \`${glob.slice(0, 80)}\``);
    return [glob];
  }
  const { choices, close } = readChoices(tokens, open);
  const head = tokens.slice(0, open).join('');
  const tail = tokens.slice(close + 1).join('');
  const expanded: string[] = [];
  for (const choice of choices) {
    expanded.push(...expandBraces(`${head}${choice}${tail}`));
    if (expanded.length > MAX_ALTERNATIVES) throw new Error('More than 256 alternatives in a glob');
  }
  return expanded;
}

function readChoices(
  tokens: readonly string[],
  open: number,
): { choices: string[]; close: number } {
  const choices = [''];
  let depth = 0;
  for (const [index, token] of tokens.slice(open + 1).entries()) {
    if (token === '}' && depth === 0) return { choices, close: open + 1 + index };
    if (token === ',' && depth === 0) {
      choices.push('');
      continue;
    }
    depth += DEPTH_CHANGES.get(token) ?? 0;
    choices.push(`${choices.pop() ?? ''}${token}`);
  }
  throw new Error('A { without its } in a glob');
}

/** Splits a glob into characters, escaped characters such as `\*`, and classes such as `[a-z]`. */
function tokenize(glob: string): string[] {
  const tokens: string[] = glob.match(/\\.|\[[!^]?(?:\\.|[^\]\\])+\]|./gsu) ?? [];
  if (tokens.includes('[') || tokens.includes('\\'))
    throw new Error('An unfinished [ or \\ in a glob');
  return tokens;
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
