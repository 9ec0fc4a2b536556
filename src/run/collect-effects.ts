import { errorMessage } from '../core/error-message.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { Job } from '../job/job-schema.ts';
import { stepOperation } from '../job/step-schemas.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunItem } from '../ledger/run-items.ts';
import type { ScratchEffect, ScratchEffects } from '../ledger/scratch-effects.ts';
import { listedEffect } from '../operations/find-listed-effect.ts';
import {
  type ExpectedThing,
  withoutProperties,
  withoutReplaced,
} from '../operations/listed-effect.ts';
import type { ExpectedObject } from '../operations/listed-object.ts';
import { endOfDelete } from '../report/deleted-things.ts';
import { subjectAt } from '../report/run-items.ts';
import { type BucketPlace, bucketIdentity } from '../s3/bucket-place.ts';
import { createReportedStep } from '../state/read-reported-run.ts';
import { addNeeded, type NeededListings } from './effect-listings.ts';
import { createValues } from './job-parts.ts';
import type { JobProject } from './job-projects.ts';

/** Counts of a step, before its effects are compared. */
export interface StepEffects {
  /** Number of items for which the step is done. */
  done: number;
  /** Number of items for which an earlier run did the step, and the ledger has the result of then. */
  doneBefore: number;
  /** Number of items whose file the step deleted. */
  deleted: number;
  /** Number of items whose effect a later step replaced, for example because it deleted the file. */
  replaced: number;
  /** Number of items whose effect can't be compared, by the reason. */
  readonly hidden: Map<string, number>;
}

/** The effects of a run, counted by step. */
export interface CollectedEffects {
  readonly steps: readonly StepEffects[];
  /** Number of items for which a step deleted a file or group. */
  readonly deletedItems: number;
  /** The projects that must be listed. */
  readonly projects: readonly ProjectEffects[];
  /** The buckets to which the steps wrote. */
  readonly buckets: readonly BucketEffects[];
}

/** A bucket to which steps of a run wrote. */
export interface BucketEffects {
  readonly place: BucketPlace;
  /** Index of the bucket in the effects. */
  readonly index: number;
  /** Indexes of the steps that wrote to it. */
  readonly steps: readonly number[];
}

/** A project with effects of a run. */
export interface ProjectEffects {
  readonly project: JobProject;
  /** Index of the project in the effects. */
  readonly index: number;
  readonly needed: NeededListings;
}

const BATCH = 1000;

/**
 * Reads from the ledger what the steps of a run did, and adds to `effects` how the files must look now. An effect
 * that no listing can show has the project null, and its reason is the expectation.
 */
export function collectEffects(
  reader: LedgerReader,
  { job, projects }: { readonly job: Job; readonly projects: readonly JobProject[] },
  effects: ScratchEffects,
): CollectedEffects {
  const listed = projects.map((project, index): ProjectEffects => {
    return { project, index, needed: { files: false, groups: false, addonResults: false } };
  });
  const buckets = findBuckets(job, projects.length);
  const steps = createCollectors(reader, job, { projects: listed, buckets });
  let deletedItems = 0;
  let batch: ScratchEffect[] = [];
  for (const item of reader.runItems({})) {
    batch.push(...effectsOf(item, steps));
    if (steps.some(({ reported, index }) => isDeleted(item, reported.uses, index))) {
      deletedItems += 1;
    }
    if (batch.length < BATCH) continue;
    effects.add(batch);
    batch = [];
  }
  effects.add(batch);
  return {
    steps: steps.map(({ counts }) => counts),
    deletedItems,
    projects: listed.filter(({ needed }) => needed.files || needed.groups),
    buckets,
  };
}

function isDeleted(item: RunItem, uses: string, index: number): boolean {
  return endOfDelete({ uses, index }, item) === 'deleted';
}

type Collector = ReturnType<typeof createCollectors>[number];

/** The buckets of the steps. Steps that write to the same place share one bucket. */
function findBuckets({ steps }: Job, firstIndex: number): BucketEffects[] {
  const found = new Map<string, { place: BucketPlace; index: number; steps: number[] }>();
  for (const [at, step] of steps.entries()) {
    const place = stepOperation(step).bucketPlace?.(step.with) ?? null;
    if (place === null) continue;
    const id = JSON.stringify([bucketIdentity(place), place.url]);
    const bucket = found.get(id) ?? { place, index: firstIndex + found.size, steps: [] };
    bucket.steps.push(at);
    found.set(id, bucket);
  }
  return [...found.values()];
}

function createCollectors(
  reader: LedgerReader,
  job: Job,
  {
    projects,
    buckets,
  }: {
    readonly projects: readonly ProjectEffects[];
    readonly buckets: readonly BucketEffects[];
  },
) {
  const hosts = reader.cdnHosts();
  return job.steps.map((step, index) => ({
    step,
    index,
    reported: createReportedStep(step, job.steps, hosts),
    place: projects.find(({ project }) => project.name === step.project),
    bucket: buckets.find((bucket) => bucket.steps.includes(index))?.index ?? null,
    values: createValues(step, job),
    counts: { done: 0, doneBefore: 0, deleted: 0, replaced: 0, hidden: new Map() } as StepEffects,
  }));
}

/** An expectation of a step, in its project. */
interface Expectation {
  readonly project: number | null;
  readonly expected: ExpectedThing;
}

/** The effects of the done steps of an item. Begins with the last step, which may replace effects of the others. */
function effectsOf(item: RunItem, steps: readonly Collector[]): ScratchEffect[] {
  const { seq } = item.record;
  const later: Expectation[] = [];
  const effects = steps.toReversed().map((collector): ScratchEffect[] => {
    const { index, place, counts, reported } = collector;
    const project = place?.index ?? null;
    const isEarlier = isDoneBefore(item, index);
    if (isEarlier) counts.doneBefore += 1;
    else if (isDone(item, index)) counts.done += 1;
    else return [];
    if (isDeleted(item, reported.uses, index)) counts.deleted += 1;
    const effect = effectAt(collector, item);
    if ('hidden' in effect) {
      const reason = effect.hidden;
      counts.hidden.set(reason, (counts.hidden.get(reason) ?? 0) + 1);
      return [{ project: null, file: '', seq, step: index, expected: reason }];
    }
    const objects = effect.filter(isObject).map(({ uuid, key, ...wanted }): ScratchEffect => {
      const expected = JSON.stringify(wanted);
      return { project: collector.bucket, file: uuid, key, seq, step: index, expected };
    });
    const things = effect.filter(isThing).map((one) => (isEarlier ? withoutProperties(one) : one));
    const own = things.map((expected) => ({ project, expected }));
    const left = own.flatMap((one) => withoutLater(one, later) ?? []);
    later.push(...own);
    if (own.length > 0 && left.length === 0) counts.replaced += 1;
    const expectations = left.map((thing): ScratchEffect => {
      if (place !== undefined) addNeeded(place.needed, thing);
      const { uuid, ...wanted } = thing;
      return { project, file: uuid, seq, step: index, expected: JSON.stringify(wanted) };
    });
    return [...expectations, ...objects];
  });
  return effects.reverse().flat();
}

function isObject(expected: ExpectedThing | ExpectedObject): expected is ExpectedObject {
  return 'key' in expected;
}

function isThing(expected: ExpectedThing | ExpectedObject): expected is ExpectedThing {
  return !isObject(expected);
}

/** The parts of an expectation that no later step replaces; null if nothing is left. */
function withoutLater(
  { project, expected }: Expectation,
  later: readonly Expectation[],
): ExpectedThing | null {
  let left: ExpectedThing | null = expected;
  for (const other of later) {
    const isSame = other.project === project && other.expected.uuid === expected.uuid;
    if (isSame && left !== null) left = withoutReplaced(left, other.expected);
  }
  return left;
}

/** True if the step is done for the item. If it has neither a result nor a warning, it has no outcome. */
function isDone({ record, outcomes }: RunItem, index: number): boolean {
  const outcome = outcomes.find(({ step }) => step === index);
  if (outcome !== undefined) return outcome.state === 'done';
  return record.step > index || (record.step === index && record.state === 'done');
}

/** True if an earlier run did the step for the item, and its result is known. */
function isDoneBefore({ outcomes }: RunItem, index: number): boolean {
  const outcome = outcomes.find(({ step }) => step === index);
  return outcome?.reason === 'done before' && outcome.result !== null;
}

function effectAt({ step, index, reported, values }: Collector, item: RunItem) {
  const file = subjectAt(reported, item);
  if (file === null) return { hidden: 'the ledger does not name its file' };
  const resultAt = (at: number): JsonObject | null =>
    item.outcomes.find((outcome) => outcome.step === at)?.result ?? null;
  try {
    const own = values?.(asItem(item), resultAt) ?? null;
    return listedEffect(stepOperation(step), step.with, {
      item: asItem(item),
      file,
      result: resultAt(index),
      values: own,
    });
  } catch (error) {
    return { hidden: `its expression can't be evaluated again: ${errorMessage(error)}` };
  }
}

function asItem({ record }: RunItem): Item {
  const { seq, key, attempts, details } = record;
  return { seq, key, attempts, openSends: 0, sentAt: null, file: null, details };
}
