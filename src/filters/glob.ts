import { caseless } from '../core/same-text.ts';

const MAX_ALTERNATIVES = 256;
/** Characters that mean something of their own in a glob. */
const SPECIAL = '*?[]{},!^-\\';
const DEPTH_OF: ReadonlyMap<string, number> = new Map([
  ['{', 1],
  ['}', -1],
]);

/**
 * A glob as a test of a whole text: `*` any characters, `?` one, `[a-z]`, `[!a-z]`, `{jpg,png}`,
 * `\` before a character that stands for itself. Neither case nor the
 * spelling of accents (NFC or NFD) counts. Throws on a broken glob.
 *
 * File names are other people's text, so the time is bounded by glob length × text length: the
 * glob is cut at each `*`, and each part is looked for once, leftmost, behind the one before it.
 * One regular expression for the whole would take minutes for `*a*a*a*a*b` and a name of 250 a's.
 */
export function compileGlob(glob: string): (text: string) => boolean {
  const alternatives = expandBraces(caseless(withoutIdleEscapes(glob))).map(compileAlternative);
  return (text) => {
    const lower = caseless(text);
    return alternatives.some((parts) => matchesInOrder(parts, lower));
  };
}

/** A backslash before a plain character would part it from its accent. */
function withoutIdleEscapes(glob: string): string {
  return glob.replace(/\\(.)/gsu, (escaped, character: string) =>
    SPECIAL.includes(character) ? escaped : character,
  );
}

/**
 * True if the glob matches every text, or every one with a dot or slash in it: one of its
 * alternatives has nothing but wildcards, as in `*`, `?*`, `**` and `*.*`. Throws on a broken glob.
 */
export function matchesNearlyAll(glob: string): boolean {
  return expandBraces(glob).some((one) => one.includes('*') && /^[*?]+(?:[./][*?]+)*$/.test(one));
}

/** True where the text is a glob that `compileGlob` takes. */
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
  for (const token of tokensOf(glob)) {
    if (token === '*') parts.push('');
    else parts.push(`${parts.pop() ?? ''}${sourceOf(token)}`);
  }
  const last = parts.length - 1;
  return parts.map(
    (part, index) =>
      new RegExp(`${index === 0 ? '^' : ''}${part}${index === last ? '$' : ''}`, 'gsu'),
  );
}

/** Regular expression for one token that stands for exactly one character. */
function sourceOf(token: string): string {
  if (token === '?') return '.';
  if (!token.startsWith('[')) return escapeLiteral(token.startsWith('\\') ? token.slice(1) : token);
  const negated = /^\[[!^]./.test(token) && token.length > 3; // `[!]` is a plain !
  const members = token.slice(negated ? 2 : 1, -1);
  const escaped = members.replace(/\\(.)|[\\^[\]]/gsu, (match, literal: string | undefined) =>
    literal === '-' ? '\\-' : escapeLiteral(literal ?? match),
  );
  return `[${negated ? '^' : ''}${escaped}]`;
}

/** `a{b,c{d,e}}` → `ab`, `acd`, `ace`. */
function expandBraces(glob: string): string[] {
  const tokens = tokensOf(glob);
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
    depth += DEPTH_OF.get(token) ?? 0;
    choices.push(`${choices.pop() ?? ''}${token}`);
  }
  throw new Error('A { without its } in a glob');
}

/** Single characters, escaped pairs and whole `[…]` classes. */
function tokensOf(glob: string): string[] {
  const tokens: string[] = glob.match(/\\.|\[[!^]?(?:\\.|[^\]\\])+\]|./gsu) ?? [];
  if (tokens.includes('[') || tokens.includes('\\'))
    throw new Error('An unfinished [ or \\ in a glob');
  return tokens;
}

function escapeLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}
