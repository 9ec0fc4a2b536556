import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Files } from '../../../src/core/world.ts';
import type { Source, SourcePage } from '../../../src/sources/source.ts';
import { createSystemFiles } from '../../../src/world/system-files.ts';

export const signal = new AbortController().signal;

/** A folder of its own on the real disk, gone after the test. */
export function tempFolder() {
  const root = mkdtempSync(join(tmpdir(), 'ucbulk-sources-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const write = async (name: string, text: string | Uint8Array): Promise<string> => {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  };
  return { root, write, files: createSystemFiles() };
}

/** Files whose standard input is these chunks, given once. */
export function withInput(files: Files, ...chunks: readonly string[]): Files {
  const encoder = new TextEncoder();
  let isRead = false;
  return {
    ...files,
    async *readInput() {
      if (isRead) return;
      isRead = true;
      for (const chunk of chunks) yield encoder.encode(chunk);
    },
  };
}

/** All pages of a source, from a cursor on. */
export async function readPages(source: Source, from: string | null = null): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  let cursor = from;
  do {
    const page = await source.readPage(cursor, signal);
    pages.push(page);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

/** The keys of all pages of a source. */
export async function readKeys(source: Source, from: string | null = null): Promise<string[]> {
  const pages = await readPages(source, from);
  return pages.flatMap(({ candidates }) => candidates.map(({ key }) => key));
}
