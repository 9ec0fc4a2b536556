import { refusals } from './error-bodies.ts';

// not recorded: which characters the service refuses; these break object stores.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const BAD_CHARACTERS = /[\u0000-\u001f\u007f\\^`"<>|]/;
const VARIABLE = /\$\{([^}]*)\}/g;

/** The values a pattern may use (api 3.7). */
export interface PatternValues {
  readonly uuid: string;
  /** The original name. */
  readonly name: string;
  readonly effects: string;
}

/** The key of a copied object: `${default}` and its parts filled in; refuses an unknown variable. */
export function expandPattern(pattern: string, values: PatternValues): string {
  const known = patternVariables(values);
  const key = pattern.replaceAll(VARIABLE, (_, name: string) => {
    const value = known.get(name);
    if (value === undefined) throw refusals.badPattern(pattern);
    return value;
  });
  if (BAD_CHARACTERS.test(pattern)) throw refusals.badPatternCharacter();
  if (key === '') throw refusals.badPattern(pattern);
  return key;
}

function patternVariables({ uuid, name, effects }: PatternValues): ReadonlyMap<string, string> {
  const dot = name.lastIndexOf('.');
  const filename = dot > 0 ? name.slice(0, dot) : name;
  const ext = dot > 0 ? name.slice(dot) : '';
  const autoFilename = `${filename}${effects}${ext}`;
  return new Map([
    ['default', `${uuid}/${autoFilename}`],
    ['auto_filename', autoFilename],
    ['effects', effects],
    ['filename', filename],
    ['uuid', uuid],
    ['ext', ext],
  ]);
}
