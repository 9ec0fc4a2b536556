import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import { allOf } from '../core/verdict.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from '../engine/settings.ts';
import type {
  EarlierResultLookup,
  EngineStep,
  PaidUse,
  StepValues,
} from '../engine/tasks/step-items.ts';
import type { Guards } from '../engine/walk/guards.ts';
import type { Filter, Selection } from '../engine/walk/selection.ts';
import { compileFilter, type Now } from '../filters/compile-filter.ts';
import { columnsIn } from '../job/expression-names.ts';
import type { ConditionScope } from '../job/expression-scope.ts';
import { type Job, MAX_RECHECK_AFTER_MS } from '../job/job-schema.ts';
import { fieldsInDeletes, fieldsInSteps } from '../job/needed-fields.ts';
import { paidName } from '../job/paid-names.ts';
import { tellsFacts } from '../job/source-schemas.ts';
import {
  asksForFile,
  compileCondition,
  compileExpression,
  namesIn,
} from '../job/step-condition.ts';
import {
  expressionsOf,
  isIrreversible,
  makerOf,
  operationOf,
  ownExpressions,
  type Step,
} from '../job/step-schemas.ts';
import { firstStepWithWork } from '../job/step-work.ts';
import type { OperationPlace } from '../operations/descriptor.ts';
import { columnFault, columnsOf } from '../operations/mapped-columns.ts';
import type { SeenAs } from '../operations/operation.ts';
import type { ColumnNeeds } from '../sources/list-source.ts';
import type { OtherWorks } from '../state/other-works.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';
import { askedOf } from './asked-of.ts';
import { createEarlierResultLookup } from './look-before.ts';
import type { ProjectServices } from './project-services.ts';
import type { RunContext } from './run-request.ts';
import { type SourcePlace, sourceOf } from './source-of.ts';

/** The job's source and filter, as of the time that it may be. */
export function selectionOf(
  job: Job,
  place: SourcePlace,
  { now, readsAtOnce }: { readonly now: Now; readonly readsAtOnce: number },
): Selection {
  const asked = askedOf(job.source, now);
  const recheckedFields = fieldsInDeletes(job);
  return {
    source: sourceOf(job.source, place, columnNeedsOf(job)),
    filter: filterOf(job, now),
    ...(asked !== undefined && { asked }),
    ...(recheckedFields !== null && { recheckedFields }),
    asOf: now.earliest,
    readsAtOnce,
    neededFields: fieldsInSteps(job),
    keepsFacts:
      job.steps.flatMap(expressionsOf).some(({ text }) => asksForFile(text)) ||
      (tellsFacts(job.source) && job.steps.some((step) => operationOf(step).takesOtherProjects)),
  };
}

/**
 * The job's filter, and what the listing was asked for: a file that was stored since is off a
 * listing of unstored ones, and must be found out when it is looked at by itself.
 */
function filterOf({ source, where }: Job, now: Now): Filter {
  const matches = compileFilter(where, now);
  const stored = source.kind === 'files' ? source.files.stored : undefined;
  if (stored === undefined) return matches;
  const isListed = compileFilter({ stored }, now);
  return (facts) => allOf([isListed(facts), matches(facts)]);
}

/** What the steps of a job want of the columns of its list. */
export function columnNeedsOf({ steps }: Pick<Job, 'steps'>): ColumnNeeds {
  const maps = steps
    .map((step) => operationOf(step).columnMap?.(step.with))
    .filter((map) => map !== undefined);
  const asked = steps.flatMap(expressionsOf).flatMap(({ text }) => columnsIn(text));
  return {
    columns: [...new Set([...maps.flatMap(columnsOf), ...asked])],
    findFault(columns) {
      return maps.map((map) => columnFault(map, columns)).find((fault) => fault !== null) ?? null;
    },
  };
}

/** What steps are bound to beside their projects. */
interface StepsContext {
  readonly context: RunContext;
  readonly run: string;
  /** What other runs did and do, and when this one began; null for a plan, which does nothing. */
  readonly others: { readonly works: OtherWorks; readonly startedAt: number } | null;
}

/** The job's steps, each bound to the client of its project. */
export function stepsOf(
  job: Job,
  services: ProjectServices,
  { context, run, others }: StepsContext,
): EngineStep[] {
  const { client } = services.of(undefined).service;
  const replaced = context.limits?.operations?.(client) ?? [];
  const placeOf = ({ id, project }: Step): OperationPlace => {
    const { client } = services.of(project).service;
    const { files } = context.world;
    return { client, files, run, step: id, serverNow: () => services.clock.now() };
  };
  return job.steps.map((step, index) => ({
    id: step.id,
    operation: {
      ...(replaced[index] ?? operationOf(step).create(step.with, placeOf(step))),
      seenAs: seenAs(job),
    },
    fileFrom: makerOf(step, job.steps),
    condition: conditionOf(step, job),
    values: valuesOf(step, job),
    continueOnFailure: step.onFailure === 'continue',
    work: firstStepWithWork(job.steps, index),
    paid: paidUse(step, job),
    lookUpEarlierResults: lookUpEarlierResults(job, index, {
      client: placeOf(step).client,
      others,
    }),
  }));
}

function seenAs({ source }: Job): SeenAs {
  if (source.kind === 'files') return source.files.stored === false ? 'unstored' : 'listed';
  const isNamed = source.kind === 'groups' ? source.groups.ids !== undefined : !tellsFacts(source);
  return isNamed ? 'unseen' : 'listed';
}

function paidUse(step: Step, { limits }: Job): PaidUse | null {
  const name = paidName(step);
  return name === null ? null : { name, limit: limits.paid?.[name] ?? null };
}

function lookUpEarlierResults(
  { steps }: Job,
  index: number,
  { client, others }: { client: ServiceClient; others: StepsContext['others'] },
): EarlierResultLookup | null {
  const step = steps[index];
  if (step === undefined || others === null) return null;
  const { works, startedAt } = others;
  const isFileUsed = steps.some((other) => makerOf(other, steps) === index);
  return createEarlierResultLookup(
    { step, place: index },
    { client, others: works, startedAt, isFileUsed },
  );
}

/**
 * The step's `if`. A list, or an earlier run, says nothing about the file as it is now: for a step
 * that deletes, everything about it is unknown then.
 */
function conditionOf(step: Step, job: Job): EngineStep['condition'] {
  if (step.if === undefined) return null;
  const holds = scoped(step.if, job, compileCondition(step.if));
  if (tellsFacts(job.source) || !isIrreversible(step)) return holds;
  return (item, resultAt) => holds(withoutFile(item), resultAt);
}

function withoutFile(item: Item): Item {
  const { file: _old, ...details } = item.details ?? {};
  return { ...item, details };
}

/** What the step's expressions give for an item, each under its name. */
function valuesOf(step: Step, job: Job): StepValues | null {
  const own = ownExpressions(step).map(({ name, text }) => {
    return [name, scoped(text, job, compileExpression(text))] as const;
  });
  if (own.length === 0) return null;
  return (item, resultAt) =>
    Object.fromEntries(own.map(([name, evaluate]) => [name, evaluate(item, resultAt)]));
}

/** An expression of the job, for an item: what it may look at is put before it. */
function scoped<Value>(
  text: string,
  { steps, vars = {} }: Job,
  evaluate: (scope: ConditionScope) => Value,
) {
  const wanted = namesIn(text, 'steps');
  const places = steps.flatMap(({ id }, place) =>
    wanted.includes(id) ? [[id, place] as const] : [],
  );
  return (item: Item, resultAt: (step: number) => JsonObject | null): Value => {
    const { file = {}, ...details } = item.details ?? {};
    return evaluate({
      vars,
      item: { key: item.key, ...details },
      file: typeof file === 'object' && !Array.isArray(file) && file !== null ? file : {},
      steps: Object.fromEntries(places.map(([id, place]) => [id, resultAt(place) ?? {}])),
    });
  };
}

/** The job's guards in the engine's terms. */
export function guardsOf({ guard }: Job): Guards {
  const { maxItems = null, maxShare = null, maxFailures = null } = guard;
  return { maxItems, maxShare, maxFailures };
}

/** How the engine works: the user's word, else the job's, else the default. */
export function settingsOf(job: Job, context: RunContext): EngineSettings {
  return {
    ...DEFAULT_SETTINGS,
    concurrency: context.concurrency ?? job.limits.concurrency ?? DEFAULT_SETTINGS.concurrency,
    settleMs: context.limits?.settleMs ?? DEFAULT_SETTINGS.settleMs,
    // A job of an earlier version may say more than a job file may.
    recheckAfterMs: Math.min(job.recheckAfter, MAX_RECHECK_AFTER_MS),
    resultsFirst: { ...DEFAULT_SETTINGS.resultsFirst, ...context.limits?.resultsFirst },
  };
}
