// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.

import type { ItemKind } from '../core/item-kind.ts';
import { joinOr } from '../core/join-or.ts';
import { OPERATIONS } from '../operations/all-operations.ts';
import { makesFile } from '../operations/operation-traits.ts';
import { SOURCES } from '../sources/all-sources.ts';
import type { JobProjects } from './projects-schema.ts';
import { givenKind, isInProject, type SourceOptions, tellsFacts } from './source-schemas.ts';
import {
  makerIndex,
  type Step,
  stepFileOption,
  stepMakesFile,
  stepOperation,
} from './step-schemas.ts';

/** The parts of a job that this module compares: its source of items, its steps and their projects. */
export interface JobFlow {
  readonly source: SourceOptions;
  readonly steps: readonly Step[];
  readonly projects?: JobProjects | undefined;
}

/** A fault in a job and its position in the job. */
export interface FlowFault {
  readonly path: readonly (string | number)[];
  /** The end of a sentence that starts with the position: `steps[0].uses …`. */
  readonly message: string;
}

const GIVEN: Readonly<Record<ItemKind, string>> = {
  file: 'files of a project',
  group: 'groups',
  url: 'URLs',
  path: 'local files',
  object: 'objects of a bucket',
};

/** Finds all parts of a job that contradict each other. */
export function flowFaults(job: JobFlow): FlowFault[] {
  const unknown = unknownProjects(job);
  if (unknown.length > 0) return unknown;
  return [
    ...idleProjects(job),
    ...localSourceFault(job.source),
    ...sinceFaults(job),
    ...job.steps.flatMap((step, index) => {
      const fault = kindFault(step, job) ?? projectFault(step, job) ?? optionFault(step, job);
      return fault === null ? [] : [{ ...fault, path: ['steps', index, ...fault.path] }];
    }),
  ];
}

function unknownProjects({ source, steps, projects = {} }: JobFlow): FlowFault[] {
  const known = Object.keys(projects);
  const has = known.length === 0 ? 'the file has no projects' : `the file has ${known.join(', ')}`;
  const named = [
    { name: source.project, path: ['source', 'project'] },
    ...steps.map(({ project }, index) => ({ name: project, path: ['steps', index, 'project'] })),
  ];
  return named
    .filter(({ name }) => name !== undefined && !known.includes(name))
    .map(({ name = '', path }) => {
      return {
        path,
        message: `is not a project of the job: ${JSON.stringify(name.slice(0, 60))}; ${has}`,
      };
    });
}

/**
 * Finds projects that neither the source nor a step uses. Then a step probably lacks its `project` key, and
 * would change files in the wrong project.
 */
function idleProjects({ source, steps, projects = {} }: JobFlow): FlowFault[] {
  const used = [source.project, ...steps.map(({ project }) => project)];
  return Object.keys(projects)
    .filter((name) => !used.includes(name))
    .map((name) => ({
      path: ['projects', name],
      message: `is used by neither the source nor a step: add \`project: ${name}\` to one of them, or remove it`,
    }));
}

function localSourceFault(source: SourceOptions): FlowFault[] {
  if (source.project === undefined || isInProject(source)) return [];
  const message = `has no effect: the items of ${source.kind} are in no project. Name the project at the step`;
  return [{ path: ['source', 'project'], message }];
}

/**
 * Checks a source with `since`. Such a run may list some files again that the last run has done, so a step must
 * not do or pay for them again.
 */
function sinceFaults({ source, steps }: JobFlow): FlowFault[] {
  if (source.kind !== 'files' || source.files.since === undefined) return [];
  const isOldestFirst = source.files.ordering === 'datetime_uploaded';
  const order = `needs the oldest files first: remove \`ordering: ${source.files.ordering}\``;
  const repeated = steps.flatMap((step, index) => {
    if (!('skipIfDone' in step) || step.skipIfDone !== false) return [];
    const message = `must be true for ${step.uses}: with \`since: last-success\`, a run may list files again that the last run has done`;
    return [{ path: ['steps', index, 'skipIfDone'], message }];
  });
  return [
    ...(isOldestFirst ? [] : [{ path: ['source', 'files', 'since'], message: order }]),
    ...repeated,
  ];
}

function kindFault(step: Step, { source, steps }: JobFlow): FlowFault | null {
  const given = givenKind(source);
  const path = ['uses'];
  if (given === null || stepFileOption(step) !== undefined) return null;
  const { takes: taken, takesOtherProjects = false, alsoTakes } = stepOperation(step);
  if (taken.kind === given || alsoTakes === given) return null;
  if (takesOtherProjects && given === 'file') return importFault(step, source);
  const gives = `the source has ${GIVEN[given]}`;
  if (taken.kind !== 'file') {
    return {
      path,
      message: `is ${step.uses}, which takes ${GIVEN[taken.kind]} (${taken.from}), but ${gives}`,
    };
  }
  const message = `is ${step.uses}, which takes ${taken.from}, but ${gives}`;
  return { path, message: `${message}; ${fileHint(step, given, steps)}` };
}

function fileHint(step: Step, given: ItemKind, steps: readonly Step[]): string {
  if (given === 'group') return 'take their files with groups: { take: files }';
  const { joinsItems = false } = stepOperation(step);
  if (joinsItems) return 'make the groups in a separate job';
  const makers = steps.slice(0, steps.indexOf(step)).filter(stepMakesFile);
  const maker = makers.at(-1)?.id;
  if (maker !== undefined && !/^\d/.test(maker)) {
    return `act on the file that a step made: with: { file: "\${{ steps.${maker}.file }}" }`;
  }
  const make = OPERATIONS.find(
    (other) => (other.takes.kind === given || other.alsoTakes === given) && makesFile(other.kind),
  )?.kind;
  return `make files from them in an earlier step, { id: new, uses: ${make} }, and act on those: with: { file: "\${{ steps.new.file }}" }`;
}

/**
 * Checks a step that imports files from another project. The step needs facts about the files, such as their
 * URLs, so the source must report them.
 */
function importFault(step: Step, source: SourceOptions): FlowFault | null {
  if (step.project === source.project) {
    const message = `is ${step.uses}, which would import files into their own project: name another project at the step, or use copy-local`;
    return { path: ['uses'], message };
  }
  if (tellsFacts(source)) return null;
  const others = SOURCES.filter((other) => other.tellsFacts !== 'never').map(({ kind }) => kind);
  const message = `is ${step.uses}, which needs the facts of a listing (URL, name, metadata); ${source.kind} has none: use ${joinOr(others)}`;
  return { path: ['uses'], message };
}

/**
 * Checks the options of a step against the kind of items in the source: files, groups, URLs or paths. The
 * operation of the step does the check.
 */
function optionFault(step: Step, { source }: JobFlow): FlowFault | null {
  const fault = stepOperation(step).faultWithSource?.(step.with, givenKind(source)) ?? null;
  return fault === null ? null : { path: ['with', fault.option], message: fault.message };
}

/**
 * Checks that a step names the project that contains its file. The API keys of a project work only for the
 * files of that project.
 */
function projectFault(step: Step, flow: JobFlow): FlowFault | null {
  const owner = findOwner(step, flow);
  if (owner === null || step.project === owner.project) return null;
  const should =
    owner.project === undefined
      ? 'leave `project` out here'
      : `write \`project: ${owner.project}\` here`;
  return {
    path: [step.project === undefined ? 'uses' : 'project'],
    message: `is ${named(step.project)}, but the file is from ${owner.words}, in ${named(owner.project)}: ${should}`,
  };
}

/**
 * Finds the project that contains the file of a step. Returns null if the step needs no file, or if the
 * project is unknown.
 */
function findOwner(
  step: Step,
  { source, steps }: JobFlow,
): { readonly words: string; readonly project: string | undefined } | null {
  const place = makerIndex(step, steps);
  if (place !== null) {
    const maker = steps[place];
    return maker === undefined ? null : { words: `the step ${maker.id}`, project: maker.project };
  }
  const kind = givenKind(source);
  if (kind !== 'file' && kind !== 'group') return null;
  return stepOperation(step).takesOtherProjects
    ? null
    : { words: 'the source', project: source.project };
}

function named(project: string | undefined): string {
  return project === undefined ? 'the default project' : `project ${project}`;
}
