import { createHash } from 'node:crypto';
import { dirname, extname, join, resolve } from 'node:path';
import { isJsonObject } from '../core/json.ts';
import type { Files } from '../core/world.ts';

const MAX_FILES = 1000;

/** Matches the specifiers of imports. It also matches some texts that are no imports, which does no harm. */
const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])([^'"\n]{1,300})\1/g;

/**
 * Hashes own code: the bytes of its file and of all files that it imports by a relative path, directly or not, and the
 * names and versions of the packages that they import. So a change of any of them between a kill and a resume is noticed.
 */
export async function hashCode(path: string, files: Files): Promise<string> {
  const parts = new Map<string, string>();
  const open = [path];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (parts.has(file) || parts.size >= MAX_FILES) continue;
    // An import of a missing file may be a text that is no import. If it is one, the import of the code reports it.
    const text = await files.readText(file).catch(() => null);
    parts.set(file, text === null ? 'missing' : sha256Of(text));
    const imported = importsOf(file, text ?? '');
    const relative = imported.filter((specifier) => /^\.{1,2}\//.test(specifier));
    open.push(...relative.map((specifier) => resolve(dirname(file), specifier)));
    for (const specifier of imported.filter((one) => !relative.includes(one))) {
      parts.set(...(await packageVersion(specifier, dirname(file), files)));
    }
  }
  // The folder is left out, so that a project can be moved.
  const folder = dirname(path);
  const lines = [...parts].map(([name, hash]) => `${name.replace(folder, '')} ${hash}`).sort();
  return sha256Of(lines.join('\n'));
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function importsOf(file: string, text: string): string[] {
  if (extname(file) === '.json') return [];
  return [...text.matchAll(SPECIFIER)].map(([, , specifier = '']) => specifier);
}

/** The version of an imported package. Its files are not read: an installed version does not change. */
async function packageVersion(
  specifier: string,
  folder: string,
  files: Files,
): Promise<[string, string]> {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const key = `package ${name}`;
  if (specifier.startsWith('node:')) return [key, ''];
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name, 'package.json');
    const text = await files.readText(path).catch(() => null);
    if (text !== null) return [key, versionIn(text)];
    if (at === dirname(at)) return [key, 'none'];
  }
}

function versionIn(text: string): string {
  try {
    const description: unknown = JSON.parse(text);
    return isJsonObject(description) ? String(description['version']) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
