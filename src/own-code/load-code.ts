import { errorMessage } from '../core/error-message.ts';
import { isJsonObject } from '../core/json.ts';
import type { Files } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import { toPlain } from '../job/job-tree.ts';
import { findOwnPlaces, type GivenCode, type OwnPlace } from '../job/own-steps.ts';
import { parseYaml } from '../job/parse-yaml.ts';
import { checkOwnDefinition } from '../operations/own-checks.ts';
import type { LoadedCode } from '../operations/own-facts.ts';
import { findCode } from './find-code.ts';
import { hashCode } from './hash-code.ts';

/** The access to the disk and to modules that own code needs. */
export interface CodePlace {
  readonly files: Files;
  /** Imports a module by the absolute path of its file. */
  readonly importModule: (path: string) => Promise<unknown>;
}

/** Returns the names of own code in the text of a job file, in order. Empty if the text is not a job file. */
export function ownCodeIn(text: string): OwnPlace[] {
  const root = parseYaml(text, { what: 'the job file', report: () => undefined });
  return root === null ? [] : findOwnPlaces(toPlain(root));
}

/**
 * Imports the own code of a job file. This runs the code, so the caller must trust it. `folder` is the folder of the job
 * file. Code that can't be loaded is a fault, which `loadJobFile` reports at its place.
 */
export async function loadCode(
  places: readonly OwnPlace[],
  folder: string,
  place: CodePlace,
): Promise<GivenCode> {
  const code = new Map<string, LoadedCode>();
  const faults = new Map<string, string>();
  for (const { uses, kind } of places) {
    const found = await findCode(uses, folder, place.files);
    const loaded = 'fault' in found ? found : await importCode({ uses, kind }, found.file, place);
    if ('fault' in loaded) faults.set(uses, loaded.fault);
    else code.set(uses, loaded);
  }
  return { code, faults };
}

/** Imports the own code of a job that was checked before, such as that of a run. */
export async function loadCodeOfJob(job: Job, place: CodePlace): Promise<GivenCode> {
  const code = new Map<string, LoadedCode>();
  const faults = new Map<string, string>();
  for (const { uses, kind, file } of storedCode(job)) {
    const loaded = await importCode({ uses, kind }, file, place);
    if ('fault' in loaded) faults.set(uses, loaded.fault);
    else code.set(uses, loaded);
  }
  return { code, faults };
}

/** The own code that a checked job names, with its files. */
function storedCode(job: Job): (Pick<OwnPlace, 'uses' | 'kind'> & { readonly file: string })[] {
  return findOwnPlaces(job).map(({ uses, kind, path }) => {
    let block: unknown = job;
    for (const key of path) block = Object(block)[key];
    const code = isJsonObject(block) ? block['code'] : null;
    return { uses, kind, file: isJsonObject(code) ? String(code['file']) : '' };
  });
}

async function importCode(
  { uses, kind }: Pick<OwnPlace, 'uses' | 'kind'>,
  path: string,
  { files, importModule }: CodePlace,
): Promise<LoadedCode | { readonly fault: string }> {
  const sha256 = await hashCode(path, files);
  const module = await importModule(path).catch((error: unknown) => ({ thrown: error }));
  if (typeof module === 'object' && module !== null && 'thrown' in module) {
    return { fault: explainImport(module.thrown, path) };
  }
  const exported: unknown = Object(module).default;
  const checked = checkOwnDefinition(exported, kind);
  if ('fault' in checked) return { fault: checked.fault };
  return { uses, file: path, sha256, definition: checked };
}

function explainImport(error: unknown, path: string): string {
  const message = errorMessage(error);
  const missing = /Cannot find package '([^']+)'/.exec(message)?.[1];
  if (missing === 'ucbulk') {
    return `imports the package ucbulk, which is not installed beside ${path}: run \`npm install ucbulk\` there, or export a plain object (docs/own-code.md)`;
  }
  if (missing !== undefined) {
    return `imports the package ${missing}, which is not installed beside ${path}: run \`npm install ${missing}\` there`;
  }
  if (/Cannot find module/.test(message))
    return `could not be loaded: a file is missing: ${message}`;
  if (error instanceof SyntaxError) {
    // The first line of the stack contains the position, such as file:///folder/step.mjs:3.
    const place = /^file:\/\/(.+:\d+)$/m.exec(error.stack ?? '')?.[1] ?? path;
    return `has a syntax error at ${place}: ${message}`;
  }
  return `could not be loaded: ${message}`;
}
