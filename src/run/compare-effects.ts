import type { NumberedEffect, ScratchEffects } from '../ledger/scratch-effects.ts';
import {
  type ExpectedThing,
  type FoundThing,
  findDifferences,
  isGroup,
  isPresent,
  lacksField,
} from '../operations/listed-effect.ts';
import { formatGroupId } from '../operations/listed-group.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { ProjectEffects } from './collect-effects.ts';
import { createListings, readThing, type ThingListing } from './effect-listings.ts';
import type { JobProject } from './job-projects.ts';
import { readPages } from './read-pages.ts';

/** An effect of a run that is not as expected. */
export interface Difference {
  /** Key of the item. */
  readonly item: string;
  /** UUID of the file, or id of the group. */
  readonly file: string;
  readonly step: string;
  readonly operation: string;
  readonly differences: readonly string[];
}

/** A difference, with the numbers of its item and step. */
export interface FoundDifference extends Difference {
  readonly seq: number;
  readonly stepIndex: number;
  /** True if the file or group exists. */
  readonly exists: boolean;
}

/** Counts of the effects of a step. */
export interface VerifiedCounts {
  readonly verified: number;
  readonly different: number;
  /** Effects that could not be compared, by the reason. */
  readonly unseen: ReadonlyMap<string, number>;
}

/** An opened project. */
export interface ListedProject {
  readonly client: Pick<RestClient, 'files' | 'groups'>;
  readonly serverNow: () => number;
}

/** Records whether the object of an effect is as expected. */
export type SettleObject = (
  effect: Pick<NumberedEffect, 'no' | 'step'>,
  isAsExpected: boolean,
) => void;

interface Comparing {
  readonly steps: readonly { readonly id: string; readonly uses: string }[];
  /** The projects to list. */
  readonly projects: readonly ProjectEffects[];
  /** Opens a project while `use` lists it. `use` returns the number of pages. */
  readonly list: (
    project: JobProject,
    use: (listed: ListedProject, signal: AbortSignal) => Promise<number>,
  ) => Promise<void>;
  readonly keyOf: (seq: number) => string;
  /** Compares the effects on objects of buckets. Absent to leave them out. */
  readonly compareBuckets?: (settle: SettleObject) => Promise<void>;
  readonly onDifference: (difference: FoundDifference) => void | Promise<void>;
}

/** The result of an effect, as a number for each effect. 0: nothing is known yet. */
const VERIFIED = 1;
const DIFFERENT = 2;
const UNSEEN = 3;
/** Maximum number of single files and groups that are read, to confirm a difference or to get a field. */
const MAX_READS = 1000;
const SLICE = 1000;
const EXPIRED = 'the file was not stored, so the service may have deleted it after 24 hours';
const LEFT_OUT = 'the listing leaves out its metadata, its tags or the results of add-ons';

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
  for (const { project, index, needed } of comparing.projects) {
    await comparing.list(project, async (listed, signal) => {
      let pages = 0;
      for (const listing of createListings(listed.client, needed)) {
        pages += await comparison.compareListed(index, { ...listed, listing }, signal);
      }
      await comparison.compareMissing(index, listed, signal);
      return pages;
    });
  }
  await comparing.compareBuckets?.((effect, isAsExpected) => {
    comparison.settleObject(effect, isAsExpected);
  });
  return comparison.result();
}

class Comparison {
  readonly #effects: ScratchEffects;
  readonly #comparing: Comparing;
  readonly #results: Uint8Array;
  readonly #steps: { verified: number; different: number; unseen: Map<string, number> }[];
  #reads = 0;
  /** The last file or group that was read alone. All files of a missing group have an effect on it. */
  #lastRead: { readonly uuid: string; readonly thing: FoundThing | null } | null = null;

  constructor(effects: ScratchEffects, comparing: Comparing) {
    this.#effects = effects;
    this.#comparing = comparing;
    this.#results = new Uint8Array(effects.count + 1);
    this.#steps = comparing.steps.map(() => ({ verified: 0, different: 0, unseen: new Map() }));
  }

  /** Compares the effects on everything that a listing contains. Returns the number of pages. */
  async compareListed(
    project: number,
    listed: ListedProject & { readonly listing: ThingListing },
    signal: AbortSignal,
  ): Promise<number> {
    let pages = 0;
    let asOf = Number.POSITIVE_INFINITY;
    for await (const { page } of readPages(listed.listing, signal)) {
      if (pages === 0) asOf = listed.serverNow();
      pages += 1;
      const things = new Map(page.things.map(({ uuid, thing }) => [uuid, thing]));
      for (const effect of this.#effects.find(project, [...things.keys()])) {
        await this.#compare(effect, things.get(effect.file) ?? null, listed, signal);
      }
      // Files that arrive during the listing could otherwise continue it for ever.
      if (page.things.length > 0 && page.things.every(({ madeAt }) => madeAt > asOf)) break;
    }
    return pages;
  }

  /** Compares the effects on files and groups that the project did not list. */
  async compareMissing(project: number, listed: ListedProject, signal: AbortSignal): Promise<void> {
    for (const effect of this.#everything()) {
      signal.throwIfAborted();
      if (effect.project === project) await this.#compare(effect, null, listed, signal);
    }
  }

  settleObject({ no, step }: Pick<NumberedEffect, 'no' | 'step'>, isAsExpected: boolean): void {
    this.#results[no] = isAsExpected ? VERIFIED : DIFFERENT;
    const counts = this.#steps[step];
    if (counts === undefined) return;
    if (isAsExpected) counts.verified += 1;
    else counts.different += 1;
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
    listed: FoundThing | null,
    { client }: ListedProject,
    signal: AbortSignal,
  ): Promise<void> {
    // A listing may repeat a file at the border of two pages.
    if (this.#results[effect.no] !== 0) return;
    const expected: ExpectedThing = { ...JSON.parse(effect.expected), uuid: effect.file };
    const mayExpire = 'mayExpire' in expected;
    const needsRead =
      !(listed === null && mayExpire) &&
      (lacksField(expected, listed) || findDifferences(expected, listed).length > 0);
    const thing = needsRead ? await this.#read(expected, { client, listed }, signal) : listed;
    const exists = isPresent(thing);
    const differences = findDifferences(expected, thing);
    if (differences.length > 0 && mayExpire && !exists) this.#leaveOut(effect, EXPIRED);
    else if (lacksField(expected, thing)) this.#leaveOut(effect, LEFT_OUT);
    else {
      const file = isGroup(expected) ? formatGroupId(expected) : effect.file;
      await this.#settle({ ...effect, file }, { differences, exists });
    }
  }

  /** Reads a file or group alone. Returns it as it was listed if too many were read already. */
  async #read(
    expected: ExpectedThing,
    { client, listed }: Pick<ListedProject, 'client'> & { readonly listed: FoundThing | null },
    signal: AbortSignal,
  ): Promise<FoundThing | null> {
    const { uuid } = expected;
    if (this.#lastRead?.uuid === uuid) return this.#lastRead.thing;
    if (this.#reads >= MAX_READS) return listed;
    this.#reads += 1;
    const thing = await readThing(client, expected, signal);
    this.#lastRead = { uuid, thing };
    return thing;
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
    if (counts === undefined) return;
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
