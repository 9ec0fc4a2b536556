import { caseless } from '../core/same-text.ts';

const MAX_ALTERNATIVES = 256;
/** Characters with a special meaning in a glob. */
const SPECIAL = '*?[]{},!^-\\';
const DEPTH_CHANGES: ReadonlyMap<string, number> = new Map([
  ['{', 1],
  ['}', -1],
]);

/**
 * Compiles a glob to a test of a whole text: `*` matches any characters, `?` one; also `[a-z]`,
 * `[!a-z]`, `{jpg,png}`, and `\` before a literal character. Ignores case and the spelling of
 * accents (NFC or NFD). Throws if the glob is invalid.
 *
 * File names are untrusted text, so the time is limited to glob length × text length. The glob is
 * split at each `*`, and each part is searched once, leftmost, after the previous part. A single
 * regular expression would take minutes for `*a*a*a*a*b` and a name of 250 a's.
 */
export function compileGlob(glob: string): (text: string) => boolean {
  const alternatives = expandBraces(caseless(removeUselessEscapes(glob))).map(compileAlternative);
  return (text) => {
    const lower = caseless(text);
    return alternatives.some((parts) => matchesInOrder(parts, lower));
  };
}

/**
 * Removes backslashes before ordinary characters: they would separate a character from its accent.
 */
function removeUselessEscapes(glob: string): string {
  return glob.replace(/\\(.)/gsu, (escaped, character: string) =>
    SPECIAL.includes(character) ? escaped : character,
  );
}

/**
 * True if the glob matches every text, or nearly every one: one of its alternatives consists of wildcards
 * and negated classes only, as in `*`, `?*`, `**`, `*.*` and `[!x]*`. Throws if the glob is invalid.
 */
export function matchesNearlyAll(glob: string): boolean {
  return expandBraces(glob).some(
    (one) =>
      one.includes('*') && /^(?:[*?]|\[!\]?[^\]]*\])+(?:[./](?:[*?]|\[!\]?[^\]]*\])+)*$/.test(one),
  );
}

/** True if the text is a valid glob for `compileGlob`. */
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

/** The regular expression for a token that matches exactly one character. */
function tokenPattern(token: string): string {
  if (token === '?') return '.';
  if (!token.startsWith('[')) return escapeLiteral(token.startsWith('\\') ? token.slice(1) : token);
  const negated = /^\[[!^]./.test(token) && token.length > 3; // `[!]` is a plain !
  const members = token.slice(negated ? 2 : 1, -1);
  const escaped = members.replace(/\\(.)|[\\^[\]]/gsu, (match, literal: string | undefined) =>
    literal === '-' ? '\\-' : escapeLiteral(literal ?? match),
  );
  return `[${negated ? '^' : ''}${escaped}]`;
}

/** Expands braces: `a{b,c{d,e}}` → `ab`, `acd`, `ace`. */
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

/** Splits a glob into single characters, escaped pairs and whole `[…]` classes. */
function tokenize(glob: string): string[] {
  const tokens: string[] = glob.match(/\\.|\[[!^]?(?:\\.|[^\]\\])+\]|./gsu) ?? [];
  if (tokens.includes('[') || tokens.includes('\\'))
    throw new Error('An unfinished [ or \\ in a glob');
  return tokens;
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
