import { isSourceKind } from '../sources/source-kinds.ts';
import { closestWord } from './closest-word.ts';
import { quoted } from './explain-quotes.ts';
import { type JobPath, knownKeys } from './job-path.ts';
import { OPERATION_NAMES } from './step-schemas.ts';

/**
 * The correct form of a value that has the wrong shape, such as a text instead of a block of keys. Returns
 * null if the meaning of the value is not clear.
 */
export function meantForm(path: JobPath, value: unknown): string | null {
  const [top, second, third] = path;
  if (top === 'steps') return path.length <= 2 ? meantSteps(value, second !== undefined) : null;
  if (typeof value !== 'string' || third !== undefined) return null;
  const text = value.trim();
  if (top !== 'source' || text === '' || /[\n:{}[\]]/.test(text)) return null;
  if (second === undefined) return isSourceKind(text) ? `\`source: { ${text}: {} }\`` : null;
  const main = ['path', 'id'].find((key) => knownKeys(path, {}).includes(key));
  return main === undefined ? null : `\`${second}: { ${main}: ${shortText(text)} }\``;
}

/** The correct form of a list of steps, or of one step in it. */
function meantSteps(value: unknown, isInList: boolean): string | null {
  if (typeof value === 'object' && value !== null && !isInList) {
    return 'uses' in value ? 'it as a list: put `- ` before `uses`' : null;
  }
  if (typeof value !== 'string') return null;
  const uses = OPERATION_NAMES.find((name) => name === value || name.endsWith(`/${value}`));
  const name = uses ?? closestWord(value, OPERATION_NAMES);
  return name === undefined ? null : `\`- uses: ${name}\``;
}

function shortText(text: string): string {
  const shown = text.slice(0, 60);
  return /^[\w./-]+$/.test(shown) ? shown : quoted(shown);
}

/** The key of a step that names its operation, but is not spelled `uses`; undefined if there is none. */
export function meantAsUses(step: unknown): string | undefined {
  const keys = Object.keys(Object(step));
  if (keys.includes('uses')) return undefined;
  return keys.find((key) => closestWord(key, ['uses', 'operation', 'action']) !== undefined);
}
