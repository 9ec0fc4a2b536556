// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import { type JobPath, printPath } from './job-path.ts';
import { type JobNode, listChildren } from './job-tree.ts';
import type { ReportProblem } from './replace-expressions.ts';

/** The placeholders of Uploadcare in the name of a remote copy. */
const PLACEHOLDERS = ['${default}', '${uuid}', '${filename}', '${ext}', '${auto_filename}'];
/** A variable in the style of a shell, such as `$BUCKET` or `${BUCKET}`. */
const SHELL_VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;
/** Parts of a text that occur in regular expressions, and in globs only by mistake. */
const REGULAR_EXPRESSION = /^\^|\$$|\\[.dws]|^\.\*|\.\+|\([^()]*\|[^()]*\)/;
const FREE_TEXTS: readonly unknown[] = ['description', 'notify', 'labels'];

/**
 * Reports values of a valid job that very probably do not mean what the user thinks, such as a MIME type that no
 * file has. `root` is the content of the job file, with the values of its expressions.
 */
export function reportDoubtfulValues(root: JobNode, report: ReportProblem): void {
  for (const { path, node } of textsIn(root, [])) {
    if (FREE_TEXTS.includes(path[0])) continue;
    const doubt = doubtAbout(path, node.text);
    if (doubt !== null) report({ offset: node.at, message: `${printPath(path)} ${doubt}` });
  }
}

interface PlacedText {
  readonly path: JobPath;
  readonly node: { readonly at: number; readonly text: string };
}

function* textsIn(node: JobNode, path: JobPath): Generator<PlacedText> {
  if (node.kind === 'value') {
    // A value from the environment may be secret, and the user did not write it here.
    const { value, at, origin } = node;
    if (typeof value === 'string' && origin === 'file') yield { path, node: { at, text: value } };
  }
  for (const [key, child] of listChildren(node)) yield* textsIn(child, [...path, key]);
}

/** Says what is doubtful about a value, as the end of a sentence; null if nothing is. */
function doubtAbout(path: JobPath, text: string): string | null {
  const [top, , third] = path;
  const shown = JSON.stringify(text.slice(0, 60));
  const key = path.findLast((part) => typeof part === 'string');
  if (top === 'where' && key === 'mime' && !text.includes('/') && !/^\*+$/.test(text)) {
    return `is ${shown}, which matches no MIME type, because it has no slash: write a type such as image/jpeg or image/*, or select by name: \`name: "*.${text}"\``;
  }
  const isCondition = top === 'steps' && third === 'if';
  if (isCondition) return null;
  if (isGlobPlace(path, key) && REGULAR_EXPRESSION.test(text)) {
    return `is ${shown}, which looks like a regular expression, but this is a glob: write it like *.jpg. For a regular expression, use a step with \`if: file.filename.matches("…")\``;
  }
  return variableDoubt(path, text) ?? homeDoubt(key, text);
}

function isGlobPlace([top, second]: JobPath, key: unknown): boolean {
  if (top === 'where') return key === 'name' || key === 'mime' || second === 'metadata';
  return top === 'source' && key === 'match';
}

/** Finds a variable in the style of a shell, which ucbulk would use as it is written. */
function variableDoubt(path: JobPath, text: string): string | null {
  const inPattern = path.at(-1) === 'pattern';
  for (const [written, plain, inBraces] of text.matchAll(SHELL_VARIABLE)) {
    const name = plain ?? inBraces ?? '';
    const doubt = inPattern ? placeholderDoubt(written, name) : environmentDoubt(written, name);
    if (doubt !== null) return doubt;
  }
  return null;
}

function placeholderDoubt(written: string, name: string): string | null {
  if (PLACEHOLDERS.includes(written)) return null;
  const lower = `\${${name.toLowerCase()}}`;
  const meant = PLACEHOLDERS.includes(lower) ? lower : PLACEHOLDERS.join(', ');
  return `has ${written}, which is no placeholder and becomes part of the name: write ${meant}`;
}

function environmentDoubt(written: string, name: string): string | null {
  if (name !== name.toUpperCase()) return null;
  return `has ${written}, which ucbulk uses as it is written: for a variable of the environment, write \${{ env.${name} }}`;
}

/** Finds a `~` at the start of a path. A shell replaces it by the home folder, but ucbulk does not. */
function homeDoubt(key: unknown, text: string): string | null {
  if (key !== 'path' && key !== 'prices') return null;
  if (!text.startsWith('~/')) return null;
  return 'begins with ~, which ucbulk does not replace: write ${{ env.HOME }}';
}
