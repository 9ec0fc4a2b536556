import { dirname, join, resolve } from 'node:path';
import { describeFileProblem } from '../core/file-problem.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import type { Files } from '../core/world.ts';
import type { OwnName } from '../operations/own-name.ts';

/** The file of own code, or the reason why there is none, as the end of a sentence. */
type FoundCode = { readonly file: string } | { readonly fault: string };

const PACKAGE = /^npm:(?<name>(?:@[\w.-]+\/)?[\w.-]+)(?<rest>\/[\w./-]+)?$/;

/** Finds the file of own code. A relative path and a package belong to the folder of the job file. */
export async function findCode(uses: OwnName, folder: string, files: Files): Promise<FoundCode> {
  if (!uses.startsWith('npm:')) {
    const path = resolve(folder, uses);
    return fileAt(path, `is missing: there is no file ${path}`, files);
  }
  const { name, rest = '' } = PACKAGE.exec(uses)?.groups ?? {};
  if (name === undefined) return { fault: 'is no package; write npm:NAME or npm:NAME/PATH' };
  for (let at = folder; ; at = dirname(at)) {
    const root = join(at, 'node_modules', name);
    if (await files.exists(join(root, 'package.json')))
      return findEntry(root, { name, rest }, files);
    if (at === dirname(at)) break;
  }
  return {
    fault: `is a package that is not installed: run \`npm install ${name}\` in ${folder}`,
  };
}

async function findEntry(
  root: string,
  { name, rest }: { readonly name: string; readonly rest: string },
  files: Files,
): Promise<FoundCode> {
  const text = await files.readText(join(root, 'package.json'));
  let description: JsonValue;
  try {
    description = JSON.parse(text);
  } catch {
    return { fault: `is the package ${name}, whose package.json is not JSON` };
  }
  const { exports = null, main = 'index.js' } = isJsonObject(description) ? description : {};
  const entry = exports === null ? plainEntry(rest, main) : exportedEntry(exports, `.${rest}`);
  if (entry === null) {
    return { fault: `is not exported: the package ${name} has no \`.${rest}\` in its \`exports\`` };
  }
  const path = join(root, entry);
  return fileAt(path, `is the package ${name}, which has no file ${path}`, files);
}

function plainEntry(rest: string, main: JsonValue): string | null {
  if (rest !== '') return rest;
  return typeof main === 'string' ? main : null;
}

/** Finds a path in the `exports` of a package, for a module that is imported in Node. */
function exportedEntry(exports: JsonValue, wanted: string): string | null {
  const isMap = isJsonObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  const target = isMap ? exports[wanted] : wanted === '.' ? exports : undefined;
  return target === undefined ? null : targetOf(target);
}

function targetOf(target: JsonValue): string | null {
  if (typeof target === 'string') return target;
  if (!isJsonObject(target)) return null;
  for (const [condition, value] of Object.entries(target)) {
    if (['node', 'import', 'module-sync', 'default'].includes(condition)) return targetOf(value);
  }
  return null;
}

async function fileAt(path: string, missing: string, files: Files): Promise<FoundCode> {
  try {
    const { kind } = await files.factsOf(path, 'follow');
    // The path stays as it is: Node also resolves the imports of a linked file itself.
    return kind === 'file' ? { file: path } : { fault: `is a ${kind}, and not a file: ${path}` };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { fault: isMissing ? missing : `can't be read: ${describeFileProblem(error)}` };
  }
}
