import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { exitCodeForError } from '../../src/cli/exit-code.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { loadJobFile } from '../../src/job/load-job-file.ts';
import { sourceDescriptor, sourceOptions } from '../../src/job/source-schemas.ts';
import { checkList } from '../../src/run/check-list.ts';
import type { SourceContext } from '../../src/sources/descriptor.ts';
import type { Candidate } from '../../src/sources/source.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { TEMP_ROOT } from './temp-root.ts';

/** What a source gives: its items, or the exit code and the message of its refusal. */
export interface SourceEnd {
  readonly keys: readonly string[];
  /** The columns beside each item. */
  readonly columns: readonly JsonObject[];
  readonly excluded: number;
  readonly exit: number;
  readonly message: string;
}

/** A folder of a test's own, gone after it. */
export function newFolder(): string {
  const root = mkdtempSync(join(TEMP_ROOT, 'ucbulk-odd-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** Reads a list as a run does before it sends anything; the text is saved under `name`. */
export async function readList(
  kind: 'urls' | 'list',
  [name, text]: readonly [name: string, text: string | Uint8Array],
  options: object = {},
): Promise<SourceEnd> {
  const path = join(newFolder(), name);
  writeFileSync(path, text);
  return readSource({ [kind]: { path, ...options } }, kind === 'urls' ? 'import-url' : 'info');
}

/** Reads the whole source of a job. */
export async function readSource(source: object, uses: string): Promise<SourceEnd> {
  const end = { keys: [], columns: [], excluded: 0, exit: 0, message: '' };
  try {
    const text = JSON.stringify({ version: 1, name: 'odd', source, steps: [{ uses }] });
    const job = loadJobFile(text, { file: 'job.json', env: {}, vars: {} });
    const ports = { files: createSystemFiles(), inputPath: null };
    const { signal } = new AbortController();
    await checkList(job, ports, signal);
    const needs = { columns: [], findFault: () => null };
    const place = { ...ports, client: {}, runs: {}, needs } as unknown as SourceContext;
    const opened = sourceDescriptor(job.source).create(sourceOptions(job.source), place);
    const page = await opened.readPage(null, signal);
    const { candidates, passedOver } = page;
    return {
      ...end,
      keys: candidates.map(({ key }) => key),
      columns: candidates.map(mappedColumnNames),
      excluded: passedOver?.excluded ?? 0,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...end, exit: exitCodeForError(error, null), message };
  }
}

function mappedColumnNames({ details }: Candidate): JsonObject {
  return (details?.['columns'] as JsonObject | undefined) ?? {};
}
