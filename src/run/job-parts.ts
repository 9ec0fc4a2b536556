import type { Item } from '../core/item.ts';
import type { SeenAs } from '../core/item-kind.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { allOf, YES } from '../core/verdict.ts';
import type { EarlierResultLookup, EngineStep, StepValues } from '../engine/tasks/step-items.ts';
import type { Filter, Selection } from '../engine/walk/selection.ts';
import { compileFilter, type Now } from '../filters/compile-filter.ts';
import { createDraw } from '../filters/item-draw.ts';
import { longestAge } from '../filters/longest-age.ts';
import { findColumns } from '../job/expression-names.ts';
import type { ConditionScope } from '../job/expression-scope.ts';
import type { Job } from '../job/job-schema.ts';
import { keepsEvidence } from '../job/keeps-evidence.ts';
import { fieldsInDeletes, fieldsInSteps } from '../job/needed-fields.ts';
import {
  filtersItself,
  sourceBucket,
  sourceDescriptor,
  sourceOptions,
  tellsFacts,
} from '../job/source-schemas.ts';
import {
  compileCondition,
  compileExpression,
  findNames,
  readsFile,
} from '../job/step-condition.ts';
import {
  isIrreversible,
  makerIndex,
  ownExpressions,
  type Step,
  stepExpressions,
  stepOperation,
} from '../job/step-schemas.ts';
import { firstStepWithWork, isDoneOnce } from '../job/step-work.ts';
import type { OperationDependencies } from '../operations/descriptor.ts';
import { columnFault, mappedColumnNames } from '../operations/mapped-columns.ts';
import type { Operation } from '../operations/operation.ts';
import type { JobCode } from '../operations/own-facts.ts';
import { isOwnName } from '../operations/own-name.ts';
import type { SourceContext } from '../sources/descriptor.ts';
import type { ColumnNeeds } from '../sources/list-source.ts';
import type { OtherWorks } from '../state/other-works.ts';
import { createEarlierResultLookup } from './earlier-result-lookup.ts';
import type { FleetSession } from './fleet.ts';
import type { Storages } from './open-buckets.ts';
import { paidUse } from './paid-use.ts';
import type { ProjectServices } from './project-services.ts';
import type { RunContext } from './run-request.ts';
import type { SourceQuery } from './source-query.ts';

/** Creates the selection of a job. `now` is a range: the machine's and the service's clock may differ. */
export function createSelection(
  job: Job,
  place: Omit<SourceContext, 'needs'>,
  { now, readsAtOnce }: { readonly now: Now; readonly readsAtOnce: () => number },
): Selection {
  const source = sourceDescriptor(job.source);
  const options = sourceOptions(job.source);
  const asked = source.queryCondition?.(options, now);
  const recheckedFields = fieldsInDeletes(job);
  return {
    source: source.create(options, {
      ...place,
      needs: findColumnNeeds(job),
      where: job.where,
      now,
    }),
    filter: createFilter(job, now),
    ...(asked !== undefined && { asked }),
    ...(recheckedFields !== null && { recheckedFields }),
    asOf: now.earliest,
    ...(source.continuesLastRun?.(options) && {
      openAfter: now.earliest - longestAge(job.where),
    }),
    isInPart: createDraw(job.where),
    evidenceFrom: keepsEvidence(job) ? (tellsFacts(job.source) ? 'listing' : 'answer') : null,
    limit: job.limits.items ?? null,
    readsAtOnce,
    neededFields: fieldsInSteps(job),
    namedItems: job.guard.canary ?? 0,
    keepsFacts:
      job.steps.flatMap(stepExpressions).some(({ text }) => readsFile(text)) ||
      (tellsFacts(job.source) && job.steps.some((step) => stepOperation(step).readsFacts)),
  };
}

/**
 * Creates the job's filter. It includes the condition that the listing itself applies, such as "not stored".
 * If a file was stored in the meantime, a new listing does not contain it. But a read of the single file
 * still returns it, so the filter must check the condition again.
 */
function createFilter({ source, where }: Job, now: Now): Filter {
  // Such a source applies the filter itself.
  if (filtersItself(source) !== null) return () => YES;
  const matches = compileFilter(where, now);
  const conditions = sourceDescriptor(source).listedConditions?.(sourceOptions(source));
  if (conditions === undefined) return matches;
  const isListed = compileFilter(conditions, now);
  return (facts) => allOf([isListed(facts), matches(facts)]);
}

/** Finds the columns of the list that the steps of a job need. */
export function findColumnNeeds({ steps }: Pick<Job, 'steps'>): ColumnNeeds {
  const maps = steps
    .map((step) => stepOperation(step).columnMap?.(step.with))
    .filter((map) => map !== undefined);
  const asked = steps.flatMap(stepExpressions).flatMap(({ text }) => findColumns(text));
  return {
    columns: [...new Set([...maps.flatMap(mappedColumnNames), ...asked])],
    findFault(columns) {
      return maps.map((map) => columnFault(map, columns)).find((fault) => fault !== null) ?? null;
    },
  };
}

/** The data from which steps are created, except for the projects. */
interface StepsContext {
  readonly context: RunContext;
  readonly run: string;
  readonly code: JobCode;
  readonly storages: Storages;
  /**
   * Access to the work of other runs, and the start of this run (server time, ms). Null if the steps are only
   * for a plan, which does no work.
   */
  readonly others: { readonly works: OtherWorks; readonly startedAt: number } | null;
  /** The workers that send the requests of the steps; absent if this process sends them. */
  readonly fleet?: FleetSession | undefined;
  /** The query of the job's URLs; null if there is none, and for a plan. */
  readonly query: SourceQuery | null;
}

/** Creates the job's steps, each with the client of its project. */
export function createSteps(
  job: Job,
  services: ProjectServices,
  { context, run, code, storages, others, fleet, query }: StepsContext,
): EngineStep[] {
  const { client } = services.of(undefined).service;
  const bucket = sourceBucket(job.source);
  const replaced = context.limits?.operations?.(client) ?? [];
  const createDependencies = ({ id, project }: Step): OperationDependencies => {
    const { client } = services.of(project).service;
    const { files, clock } = context.world;
    const serverNow = () => services.clock.now();
    const secrets = {
      ...(bucket !== null && { openSourceBucket: () => storages.openBucket(bucket) }),
      ...(query !== null && { sourceQuery: query.text }),
    };
    return { client, files, clock, code, run, step: id, serverNow, ...storages, ...secrets };
  };
  const createOperation = (step: Step, index: number): Operation => {
    const local =
      replaced[index] ?? stepOperation(step).create(step.with, createDependencies(step));
    // A worker has neither the own code of a job, nor the keys of a bucket, nor the query of URLs.
    const target = stepOperation(step).bucketPlace?.(step.with) ?? bucket;
    const isLocal = isOwnName(step.uses) || target !== null || query !== null;
    if (fleet === undefined || isLocal) return local;
    const project = services.of(step.project).connection.publicKey;
    return fleet.distribute(local, { index, step, project });
  };
  return job.steps.map((step, index) => ({
    id: step.id,
    operation: { ...createOperation(step, index), seenAs: seenAs(job) },
    fileFrom: makerIndex(step, job.steps),
    condition: createCondition(step, job),
    values: createValues(step, job),
    continueOnFailure: step.onFailure === 'continue',
    work: firstStepWithWork(job.steps, index),
    ...(!isDoneOnce(step) && { repeatsWork: true }),
    paid: paidUse(step, job),
    lookUpEarlierResults: lookUpEarlierResults(job, index, {
      place: createDependencies(step),
      others,
    }),
  }));
}

function seenAs({ source }: Job): SeenAs {
  const byFacts = tellsFacts(source) ? 'listed' : 'unseen';
  return sourceDescriptor(source).seenAs?.(sourceOptions(source)) ?? byFacts;
}

function lookUpEarlierResults(
  { steps }: Job,
  index: number,
  { place, others }: { place: OperationDependencies; others: StepsContext['others'] },
): EarlierResultLookup | null {
  const step = steps[index];
  if (step === undefined || others === null) return null;
  const { works, startedAt } = others;
  const isFileUsed = steps.some((other) => makerIndex(other, steps) === index);
  return createEarlierResultLookup(
    { step, index },
    { place, others: works, startedAt, isFileUsed },
  );
}

/**
 * Creates the condition from the `if` of a step. If the items come from a list or an earlier run, ucbulk does
 * not know the current facts of a file. So for a step that deletes, these facts count as unknown.
 */
function createCondition(step: Step, job: Job): EngineStep['condition'] {
  if (step.if === undefined) return null;
  const holds = withScope(step.if, job, compileCondition(step.if));
  if (tellsFacts(job.source) || !isIrreversible(step)) return holds;
  return (item, resultAt) => holds(withoutFile(item), resultAt);
}

function withoutFile(item: Item): Item {
  const { file: _old, ...details } = item.details ?? {};
  return { ...item, details };
}

/**
 * Creates a function that evaluates all expressions of a step for an item. Null if the step has no
 * expressions.
 */
export function createValues(step: Step, job: Job): StepValues | null {
  const own = ownExpressions(step).map(({ name, text }) => {
    return [name, withScope(text, job, compileExpression(text))] as const;
  });
  if (own.length === 0) return null;
  return (item, resultAt) =>
    Object.fromEntries(own.map(([name, evaluate]) => [name, evaluate(item, resultAt)]));
}

/**
 * Wraps an expression of the job, so that its variables come from an item and from the results of earlier
 * steps.
 */
function withScope<Value>(
  text: string,
  { steps, vars = {} }: Job,
  evaluate: (scope: ConditionScope) => Value,
) {
  const wanted = findNames(text, 'steps');
  const indexes = steps.flatMap(({ id }, index) =>
    wanted.includes(id) ? [[id, index] as const] : [],
  );
  return (item: Item, resultAt: (step: number) => JsonObject | null): Value => {
    const { file = {}, ...details } = item.details ?? {};
    return evaluate({
      vars,
      item: { key: item.key, ...details },
      file: isJsonObject(file) ? file : {},
      steps: Object.fromEntries(indexes.map(([id, index]) => [id, resultAt(index) ?? {}])),
    });
  };
}
