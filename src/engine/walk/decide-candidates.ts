import type { FileFacts, UncertainField } from '../../core/file-facts.ts';
import type { ItemKey } from '../../core/item.ts';
import type { Undecided } from '../../core/undecided.ts';
import type { Candidate } from '../../sources/source.ts';
import { inParallel } from '../tasks/parallel.ts';
import { judge, type Selection } from './selection.ts';

/** The result of applying the filter to the entries of a page. */
export interface DecidedPage {
  /** Entries that certainly match the filter, together with the fields that ucbulk read for them. */
  readonly selected: readonly Candidate[];
  readonly undecided: Undecided;
  /** The keys of undecided entries. */
  readonly undecidedKeys: ReadonlySet<ItemKey>;
  /** Number of requests that read missing fields. Each request reads one field of one file. */
  readonly reads: number;
  /** Number of entries that match now, and that the plan of the run does not have. 0 if the run has no plan. */
  readonly newMatches: number;
}

/** The inputs of the decision about the entries of a page. */
export interface Deciding {
  readonly selection: Selection;
  /**
   * Keys from earlier pages. ucbulk has decided about these files already, so it does not read their fields
   * again.
   */
  readonly known: ReadonlySet<ItemKey>;
  readonly signal: AbortSignal;
  /** Called once per page, before the first request that reads a missing field. */
  readonly onReads?: (fields: readonly UncertainField[]) => void;
}

/**
 * Applies the filter to the entries of a page. If the listing left out a field that decides about a file, or
 * that a step uses, ucbulk reads the field. This takes one request per file, so ucbulk reads no file that
 * another part of the filter excludes. If a field is still unknown after the read, the file is not selected,
 * but counted as undecided.
 */
export async function decideCandidates(
  candidates: readonly Candidate[],
  { selection, known, signal, onReads }: Deciding,
): Promise<DecidedPage> {
  const wanted = new Map<ItemKey, readonly UncertainField[]>();
  const { planned, newMatches } = divideByPlan(candidates, selection, known);
  for (const candidate of planned) {
    const fields = known.has(candidate.key) ? [] : fieldsToRead(candidate, selection);
    if (fields.length > 0) wanted.set(candidate.key, fields);
  }
  if (wanted.size === 0) return { ...sorted(planned, selection, known), reads: 0, newMatches };
  onReads?.([...new Set([...wanted.values()].flat())]);
  const read = await readMissing(planned, wanted, { selection, signal });
  const complete = planned.map((candidate) => {
    const facts = read.get(candidate.key);
    return facts === undefined ? candidate : { ...candidate, facts };
  });
  const reads = [...wanted.values()].flat().length;
  return { ...sorted(complete, selection, known), reads, newMatches };
}

/** Leaves out entries that the plan of the run does not have, and counts those of them that match. */
function divideByPlan(
  candidates: readonly Candidate[],
  selection: Selection,
  known: ReadonlySet<ItemKey>,
): { readonly planned: readonly Candidate[]; readonly newMatches: number } {
  const { plan } = selection;
  if (plan === undefined) return { planned: candidates, newMatches: 0 };
  const standings = candidates.map((candidate) => plan.standing(candidate));
  const newMatches = plan.countNew(
    candidates.map((candidate, index) => {
      const isNew = standings[index] === 'new' && !known.has(candidate.key);
      const isMatch = isNew && judge(candidate, selection).kind === 'yes';
      return { standing: standings[index] ?? 'new', isMatch };
    }),
  );
  return { planned: candidates.filter((_, index) => standings[index] === 'planned'), newMatches };
}

/** The decisions about the entries of a page that are possible without a read of single files. */
export interface ForeseenPage extends Omit<DecidedPage, 'newMatches'> {
  /** Entries about which ucbulk can decide only after it has read missing fields. */
  readonly open: readonly Candidate[];
  /** Number of files for which each missing field decides. */
  readonly openFields: Undecided['fields'];
}

/**
 * Applies the filter to the entries of a page without a request. `reads` is the number of requests that
 * `decideCandidates` would send.
 */
export function foreseeDecisions(
  candidates: readonly Candidate[],
  { selection, known }: Pick<Deciding, 'selection' | 'known'>,
): ForeseenPage {
  const open = new Map<ItemKey, Candidate>();
  const openFields: Partial<Record<UncertainField, number>> = {};
  const read = new Set<ItemKey>();
  let reads = 0;
  for (const candidate of candidates) {
    const { key } = candidate;
    if (known.has(key) || read.has(key)) continue;
    const fields = fieldsToRead(candidate, selection);
    if (fields.length > 0) read.add(key);
    reads += fields.length;
    const verdict = judge(candidate, selection);
    if (fields.length === 0 || verdict.kind !== 'unknown') continue;
    open.set(key, candidate);
    for (const field of verdict.fields) openFields[field] = (openFields[field] ?? 0) + 1;
  }
  const others = candidates.filter(({ key }) => !open.has(key));
  return { ...sorted(others, selection, known), reads, open: [...open.values()], openFields };
}

function fieldsToRead(candidate: Candidate, selection: Selection): UncertainField[] {
  const { facts } = candidate;
  const readable = selection.source.readFields?.fields ?? [];
  const verdict = judge(candidate, selection);
  if (facts === null || readable.length === 0 || verdict.kind === 'no') return [];
  const forFilter = verdict.kind === 'unknown' ? verdict.fields : [];
  // If one of these fields can't be read, the file stays undecided, and reading the other fields would not
  // help.
  if (forFilter.some((field) => !readable.includes(field))) return [];
  const forSteps = (selection.neededFields ?? []).filter((field) => facts[field] === null);
  return [...new Set([...forFilter, ...forSteps.filter((field) => readable.includes(field))])];
}

async function readMissing(
  candidates: readonly Candidate[],
  wanted: ReadonlyMap<ItemKey, readonly UncertainField[]>,
  { selection, signal }: Pick<Deciding, 'selection' | 'signal'>,
): Promise<ReadonlyMap<ItemKey, FileFacts>> {
  const read = new Map<ItemKey, FileFacts>();
  const files = new Map(candidates.map(({ key, facts }) => [key, facts] as const));
  await inParallel(wanted, selection.readsAtOnce?.() ?? 1, async ([key, fields]) => {
    signal.throwIfAborted();
    const facts = files.get(key) ?? null;
    if (facts === null) return;
    const complete = await selection.source.readFields?.read(facts, fields, signal);
    if (complete !== undefined) read.set(key, complete);
  });
  return read;
}

function sorted(
  candidates: readonly Candidate[],
  selection: Selection,
  known: ReadonlySet<ItemKey>,
): Pick<DecidedPage, 'selected' | 'undecided' | 'undecidedKeys'> {
  const selected: Candidate[] = [];
  const undecided = new Set<ItemKey>();
  const fields: Partial<Record<UncertainField, number>> = {};
  for (const candidate of candidates) {
    const verdict = judge(candidate, selection);
    const { key } = candidate;
    if (verdict.kind === 'yes') selected.push(candidate);
    if (verdict.kind !== 'unknown' || known.has(key) || undecided.has(key)) continue;
    undecided.add(key);
    for (const field of verdict.fields) fields[field] = (fields[field] ?? 0) + 1;
  }
  return {
    selected,
    undecided: { count: undecided.size, fields },
    undecidedKeys: undecided,
  };
}
