import type { FileFacts } from '../core/file-facts.ts';
import type { RunId } from '../core/run.ts';
import type { Files } from '../core/world.ts';
import { expectedEffect } from '../job/step-schemas.ts';
import { findKnownFiles } from '../ledger/known-files.ts';
import { CLOCK_SLACK_MS } from '../operations/operation-context.ts';
import type { ProjectClient } from '../run/open-client.ts';
import { listedRuns } from '../state/find-run.ts';
import { statePaths } from '../state/state-paths.ts';
import type { DoubtAtStep } from './doubts.ts';

/** A file that an item in doubt may have made. */
export type CandidateFile = Pick<
  FileFacts,
  'uuid' | 'filename' | 'mimeType' | 'size' | 'uploadedAt' | 'url'
>;

/** What a look into the listing found for an item. */
export interface FoundCandidates {
  readonly candidates: readonly CandidateFile[];
  /** Of those that fit, how many are not shown. */
  readonly more: number;
  /** False where the listing has more files of that time than are looked through. */
  readonly isWhole: boolean;
}

/** What a look needs. */
export interface CandidatesPlace {
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
/** Pages of the listing that are looked through for one stretch of time, at most. */
const MAX_PAGES = 50;

/**
 * Looks through the listing, newest first, for files that items in doubt may have made: uploaded
 * from the send on, of the look of such a file, and known to no ledger of the project in this state
 * directory. Memory is that of one page and 20 candidates an item. Items without such a look are
 * left out of the answer.
 */
export async function findCandidates(
  doubts: readonly DoubtAtStep[],
  place: CandidatesPlace,
): Promise<ReadonlyMap<string, FoundCandidates>> {
  const sought = doubts.flatMap(soughtOf);
  const found = new Map(
    sought.map(({ key }) => [key, { candidates: [] as CandidateFile[], more: 0 }]),
  );
  const cut = new Set<string>();
  for (const window of merged(sought.map(({ window }) => window))) {
    const within = sought.filter((one) => overlaps(one.window, window));
    const isWhole = await walk(window, place, async (files) => {
      const fitting = files.filter((file) => within.some((one) => fits(one, file)));
      const unknown = await withoutKnown(fitting, place);
      for (const file of unknown) note(file, within, found);
    });
    if (!isWhole) for (const { key } of within) cut.add(key);
  }
  return new Map([...found].map(([key, one]) => [key, { ...one, isWhole: !cut.has(key) }]));
}

interface Sought {
  readonly key: string;
  readonly window: Window;
  readonly matches: (file: FileFacts) => boolean;
}

function soughtOf({ doubt, step }: DoubtAtStep): Sought[] {
  const { matches, windowMs } = expectedEffect(step);
  if (matches === null || doubt.sentAt === null) return [];
  const window = { from: doubt.sentAt - CLOCK_SLACK_MS, to: doubt.sentAt + windowMs };
  return [{ key: doubt.key, window, matches }];
}

function fits({ window, matches }: Sought, file: FileFacts): boolean {
  const isThen = file.uploadedAt >= window.from && file.uploadedAt <= window.to;
  return isThen && file.removedAt === null && matches(file);
}

function note(
  file: FileFacts,
  within: readonly Sought[],
  found: Map<string, { candidates: CandidateFile[]; more: number }>,
): void {
  const { uuid, filename, mimeType, size, uploadedAt, url = null } = file;
  const candidate = { uuid, filename, mimeType, size, uploadedAt, url };
  for (const one of within) {
    const known = found.get(one.key);
    if (known === undefined || !fits(one, file)) continue;
    if (known.candidates.length < MAX_CANDIDATES) known.candidates.push(candidate);
    else known.more += 1;
  }
}

function merged(windows: readonly Window[]): Window[] {
  const stretches: Window[] = [];
  for (const window of [...windows].sort((one, other) => one.from - other.from)) {
    const last = stretches.at(-1);
    if (last === undefined || last.to < window.from) stretches.push(window);
    else stretches[stretches.length - 1] = { ...last, to: Math.max(last.to, window.to) };
  }
  return stretches;
}

function overlaps(one: Window, other: Window): boolean {
  return one.from <= other.to && one.to >= other.from;
}

async function walk(
  { from, to }: Window,
  { client }: CandidatesPlace,
  look: (files: readonly FileFacts[]) => Promise<void>,
): Promise<boolean> {
  // `from` is exclusive, and instants of the listing are finer than a millisecond.
  const newest = new Date(to + 1).toISOString();
  const query = { ordering: '-datetime_uploaded', from: newest, limit: PAGE_FILES } as const;
  let page = await client.files({ query });
  for (let pages = 1; ; pages += 1) {
    await look(page.files);
    const oldest = page.files.at(-1)?.uploadedAt ?? from;
    if (page.next === null || oldest < from) return true;
    if (pages === MAX_PAGES) return false;
    page = await client.files({ cursor: page.next });
  }
}

async function withoutKnown(
  files: readonly FileFacts[],
  { stateDirectory, files: disk, run, publicKey }: CandidatesPlace,
): Promise<FileFacts[]> {
  if (files.length === 0) return [];
  const paths = statePaths(stateDirectory);
  const asked = files.map(({ uuid }) => uuid);
  const known = new Set<string>();
  for (const other of await listedRuns(paths, disk)) {
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
