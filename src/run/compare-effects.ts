import type { FileFacts } from '../core/file-facts.ts';
import type { NumberedEffect, ScratchEffects } from '../ledger/scratch-effects.ts';
import { type ExpectedFile, findDifferences, missingFields } from '../operations/listed-effect.ts';
import type { Source } from '../sources/source.ts';
import type { JobProject } from './job-projects.ts';
import { readPages } from './read-pages.ts';

/** An effect of a run that is not as expected. */
export interface Difference {
  /** Key of the item. */
  readonly item: string;
  /** UUID of the file. */
  readonly file: string;
  readonly step: string;
  readonly operation: string;
  readonly differences: readonly string[];
}

/** A difference, with the numbers of its item and step. */
export interface FoundDifference extends Difference {
  readonly seq: number;
  readonly stepIndex: number;
  /** True if the file exists. */
  readonly exists: boolean;
}

/** Counts of the effects of a step. */
export interface VerifiedCounts {
  readonly verified: number;
  readonly different: number;
  /** Effects that could not be compared, by the reason. */
  readonly unseen: ReadonlyMap<string, number>;
}

/** An opened listing of a project. */
export interface OpenedListing {
  readonly source: Source;
  readonly serverNow: () => number;
}

interface Comparing {
  readonly steps: readonly { readonly id: string; readonly uses: string }[];
  /** The projects to list, with their indexes in the effects. */
  readonly projects: readonly { readonly project: JobProject; readonly index: number }[];
  /** Opens the listing of a project while `use` reads it. `use` returns the number of pages. */
  readonly list: (
    project: JobProject,
    use: (listing: OpenedListing, signal: AbortSignal) => Promise<number>,
  ) => Promise<void>;
  readonly keyOf: (seq: number) => string;
  readonly onDifference: (difference: FoundDifference) => void | Promise<void>;
}

/** The result of an effect, as a number for each effect. 0: nothing is known yet. */
const VERIFIED = 1;
const DIFFERENT = 2;
const UNSEEN = 3;
/** Maximum number of single files that are read, to confirm a difference or to get a field. */
const MAX_READS = 1000;
const SLICE = 1000;
const EXPIRED = 'the file was not stored, so the service may have deleted it after 24 hours';
const LEFT_OUT = 'the listing leaves out its metadata or tags';

/**
 * Compares effects with the listings of their projects. Lists each project once. Reads a file again before it
 * reports a difference, for the first `MAX_READS` differences.
 */
export async function compareEffects(
  effects: ScratchEffects,
  comparing: Comparing,
): Promise<{
  readonly steps: readonly VerifiedCounts[];
  readonly items: {
    readonly verified: number;
    readonly different: number;
    readonly notVerified: number;
  };
}> {
  const comparison = new Comparison(effects, comparing);
  for (const { project, index } of comparing.projects) {
    await comparing.list(project, async (listing, signal) => {
      const pages = await comparison.compareListed(index, listing, signal);
      await comparison.compareMissing(index, listing, signal);
      return pages;
    });
  }
  return comparison.result();
}

class Comparison {
  readonly #effects: ScratchEffects;
  readonly #comparing: Comparing;
  readonly #results: Uint8Array;
  readonly #steps: { verified: number; different: number; unseen: Map<string, number> }[];
  #reads = 0;

  constructor(effects: ScratchEffects, comparing: Comparing) {
    this.#effects = effects;
    this.#comparing = comparing;
    this.#results = new Uint8Array(effects.count + 1);
    this.#steps = comparing.steps.map(() => ({ verified: 0, different: 0, unseen: new Map() }));
  }

  /** Compares the effects on all files that a project lists. Returns the number of pages. */
  async compareListed(
    project: number,
    listing: OpenedListing,
    signal: AbortSignal,
  ): Promise<number> {
    let pages = 0;
    let asOf = Number.POSITIVE_INFINITY;
    for await (const { page } of readPages(listing.source, signal)) {
      if (pages === 0) asOf = listing.serverNow();
      pages += 1;
      const files = page.candidates.flatMap(({ facts }) => facts ?? []);
      const listed = new Map<string, FileFacts>(files.map((file) => [file.uuid, file]));
      for (const effect of this.#effects.find(project, [...listed.keys()])) {
        await this.#compare(effect, listed.get(effect.file) ?? null, listing, signal);
      }
      // Files that arrive during the listing could otherwise continue it for ever.
      if (files.length > 0 && files.every(({ uploadedAt }) => uploadedAt > asOf)) break;
    }
    return pages;
  }

  /** Compares the effects on files that the project did not list. */
  async compareMissing(
    project: number,
    listing: OpenedListing,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const effect of this.#all(signal)) {
      if (effect.project !== project || this.#results[effect.no] !== 0) continue;
      await this.#compare(effect, null, listing, signal);
    }
  }

  result() {
    const items = { verified: 0, different: 0, notVerified: 0 };
    let current = { seq: 0, worst: 0 };
    const end = () => {
      if (current.worst === VERIFIED) items.verified += 1;
      else if (current.worst === DIFFERENT) items.different += 1;
      else if (current.worst === UNSEEN) items.notVerified += 1;
    };
    for (const { no, seq, project } of this.#everything()) {
      if (seq !== current.seq) {
        end();
        current = { seq, worst: 0 };
      }
      const result = project === null ? UNSEEN : (this.#results[no] ?? 0);
      current.worst = worse(current.worst, result);
    }
    end();
    return { steps: this.#steps, items };
  }

  async #compare(
    effect: NumberedEffect,
    listed: FileFacts | null,
    { source }: OpenedListing,
    signal: AbortSignal,
  ): Promise<void> {
    const expected: ExpectedFile = { ...JSON.parse(effect.expected), uuid: effect.file };
    const isUnsure = (file: FileFacts | null) =>
      file !== null && file.removedAt === null && missingFields(expected, file).length > 0;
    let file = listed;
    const isAsExpected = !isUnsure(file) && findDifferences(expected, file).length === 0;
    if (!isAsExpected && this.#reads < MAX_READS && !(file === null && expected.mayExpire)) {
      this.#reads += 1;
      file = (await source.lookUp?.(effect.file, signal)) ?? null;
    }
    const differences = findDifferences(expected, file);
    if (
      differences.length > 0 &&
      expected.mayExpire &&
      (file === null || file.removedAt !== null)
    ) {
      this.#leaveOut(effect, EXPIRED);
    } else if (isUnsure(file)) this.#leaveOut(effect, LEFT_OUT);
    else
      await this.#settle(effect, { differences, exists: file !== null && file.removedAt === null });
  }

  #leaveOut({ no, step }: NumberedEffect, reason: string): void {
    this.#results[no] = UNSEEN;
    const unseen = this.#steps[step]?.unseen;
    unseen?.set(reason, (unseen.get(reason) ?? 0) + 1);
  }

  async #settle(
    { no, seq, step, file }: NumberedEffect,
    { differences, exists }: Pick<FoundDifference, 'differences' | 'exists'>,
  ): Promise<void> {
    const counts = this.#steps[step];
    const { id = '', uses = '' } = this.#comparing.steps[step] ?? {};
    // A listing may repeat a file at the border of two pages.
    if (counts === undefined || this.#results[no] !== 0) return;
    this.#results[no] = differences.length === 0 ? VERIFIED : DIFFERENT;
    if (differences.length === 0) {
      counts.verified += 1;
      return;
    }
    counts.different += 1;
    const item = this.#comparing.keyOf(seq);
    const place = { item, file, step: id, operation: uses };
    const numbers = { seq, stepIndex: step, exists };
    await this.#comparing.onDifference({ ...place, differences, ...numbers });
  }

  async *#all(signal: AbortSignal): AsyncGenerator<NumberedEffect> {
    for (const effect of this.#everything()) {
      signal.throwIfAborted();
      yield effect;
    }
  }

  *#everything(): Generator<NumberedEffect> {
    for (let after = 0; after < this.#effects.count; after += SLICE) {
      yield* this.#effects.from(after, SLICE);
    }
  }
}

/** The result of an item with both results: a difference counts most, then an effect that was not compared. */
function worse(one: number, other: number): number {
  if (one === DIFFERENT || other === DIFFERENT) return DIFFERENT;
  return Math.max(one, other);
}
