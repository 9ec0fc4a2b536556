import type { FileFacts } from '../core/file-facts.ts';
import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { expectedEffect } from '../job/step-schemas.ts';
import { findKnownFiles } from '../ledger/known-files.ts';
import { CLOCK_SLACK_MS } from '../operations/operation-context.ts';
import type { ProjectClient } from '../run/open-client.ts';
import { listRunIds } from '../state/find-run.ts';
import { statePaths } from '../state/state-paths.ts';
import type { DoubtAtStep } from './doubts.ts';

/**
 * A file that may be the result of an item in doubt. The request for such an item was sent, but the answer
 * was lost.
 */
export type CandidateFile = Pick<
  FileFacts,
  'uuid' | 'filename' | 'mimeType' | 'size' | 'uploadedAt' | 'url'
>;

/** The files that may be the result of one item. */
export interface FoundCandidates {
  readonly candidates: readonly CandidateFile[];
  /** Number of further files that may be the result and are not in `candidates`. */
  readonly more: number;
  /**
   * False if the search stopped before it had read all files that were uploaded around the time of the
   * request.
   */
  readonly isWhole: boolean;
}

export interface CandidateOptions {
  readonly client: Pick<ProjectClient, 'files'>;
  readonly stateDirectory: string;
  readonly files: Files;
  readonly run: RunId;
  readonly publicKey: string;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

const MAX_CANDIDATES = 20;
const PAGE_FILES = 1000;
/** Maximum number of pages of the file list that ucbulk reads for one range of upload times. */
const MAX_PAGES = 50;

/**
 * Finds files that may be the result of items in doubt. Such a file was uploaded shortly after the request,
 * has the properties that the step gives its files, and is known to no run of the project in this state
 * directory. The search reads the list of files from the newest to the oldest. It keeps one page and 20 files
 * per item in memory. If ucbulk can't recognize the result of a step, the returned map does not contain the
 * items of this step.
 */
export async function findCandidates(
  doubts: readonly DoubtAtStep[],
  options: CandidateOptions,
): Promise<ReadonlyMap<string, FoundCandidates>> {
  const searches = doubts.flatMap(toSearches);
  const found = new Map(
    searches.map(({ key }) => [key, { candidates: [] as CandidateFile[], more: 0 }]),
  );
  const incomplete = new Set<string>();
  for (const window of mergeWindows(searches.map(({ window }) => window))) {
    const within = searches.filter((one) => overlaps(one.window, window));
    const isComplete = await readWindow(window, options, async (files) => {
      const fitting = files.filter((file) => within.some((one) => matchesSearch(one, file)));
      const unknown = await removeKnownFiles(fitting, options);
      for (const file of unknown) addCandidate(file, within, found);
    });
    if (!isComplete) for (const { key } of within) incomplete.add(key);
  }
  return new Map([...found].map(([key, one]) => [key, { ...one, isWhole: !incomplete.has(key) }]));
}

interface CandidateSearch {
  readonly key: string;
  readonly window: Window;
  readonly matches: (file: FileFacts) => boolean;
}

function toSearches({ doubt, step }: DoubtAtStep): CandidateSearch[] {
  const { matches, windowMs } = expectedEffect(step);
  if (matches === null || doubt.sentAt === null) return [];
  const window = { from: doubt.sentAt - CLOCK_SLACK_MS, to: doubt.sentAt + windowMs };
  return [{ key: doubt.key, window, matches }];
}

function matchesSearch({ window, matches }: CandidateSearch, file: FileFacts): boolean {
  const isThen = file.uploadedAt >= window.from && file.uploadedAt <= window.to;
  return isThen && file.removedAt === null && matches(file);
}

function addCandidate(
  file: FileFacts,
  within: readonly CandidateSearch[],
  found: Map<string, { candidates: CandidateFile[]; more: number }>,
): void {
  const { uuid, filename, mimeType, size, uploadedAt, url = null } = file;
  const candidate = { uuid, filename, mimeType, size, uploadedAt, url };
  for (const one of within) {
    const known = found.get(one.key);
    if (known === undefined || !matchesSearch(one, file)) continue;
    if (known.candidates.length < MAX_CANDIDATES) known.candidates.push(candidate);
    else known.more += 1;
  }
}

function mergeWindows(windows: readonly Window[]): Window[] {
  const merged: Window[] = [];
  for (const window of [...windows].sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last === undefined || last.to < window.from) merged.push(window);
    else merged[merged.length - 1] = { ...last, to: Math.max(last.to, window.to) };
  }
  return merged;
}

function overlaps(one: Window, other: Window): boolean {
  return one.from <= other.to && one.to >= other.from;
}

async function readWindow(
  { from, to }: Window,
  { client }: CandidateOptions,
  visit: (files: readonly FileFacts[]) => Promise<void>,
): Promise<boolean> {
  // The list starts after `from` and excludes this time itself, and its times are more exact than a ms. So
  // `from` is one ms later than the newest wanted time.
  const newest = new Date(to + 1).toISOString();
  const query = { ordering: '-datetime_uploaded', from: newest, limit: PAGE_FILES } as const;
  let page = await client.files({ query });
  for (let pages = 1; ; pages += 1) {
    await visit(page.files);
    const oldest = page.files.at(-1)?.uploadedAt ?? from;
    if (page.next === null || oldest < from) return true;
    if (pages === MAX_PAGES) return false;
    page = await client.files({ cursor: page.next });
  }
}

async function removeKnownFiles(
  files: readonly FileFacts[],
  { stateDirectory, files: disk, run, publicKey }: CandidateOptions,
): Promise<FileFacts[]> {
  if (files.length === 0) return [];
  const paths = statePaths(stateDirectory);
  const asked = files.map(({ uuid }) => uuid);
  const known = new Set<string>();
  for (const other of await listRunIds(paths, disk)) {
    const query = {
      path: paths.ledger(other),
      files: asked,
      includeItems: other === run,
      publicKey,
    };
    for (const file of findKnownFiles(query)) known.add(file);
  }
  return files.filter(({ uuid }) => !known.has(uuid));
}
