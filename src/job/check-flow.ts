// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.

import type { ItemKind } from '../core/item-kind.ts';
import { makesFile, OPERATIONS } from '../operations/all-operations.ts';
import { SOURCES } from '../sources/all-sources.ts';
import type { JobProjects } from './projects-schema.ts';
import { givenKind, isInProject, type SourceOptions, tellsFacts } from './source-schemas.ts';
import { fileOf, makerOf, operationOf, type Step } from './step-schemas.ts';

/** What must fit together in a job: its source, its steps, and the projects they are in. */
export interface JobFlow {
  readonly source: SourceOptions;
  readonly steps: readonly Step[];
  readonly projects?: JobProjects | undefined;
}

/** What does not fit, and where. */
export interface FlowFault {
  readonly path: readonly (string | number)[];
  /** Goes on after the name of the place: `steps[0].uses …`. */
  readonly message: string;
}

const GIVEN: Readonly<Record<ItemKind, string>> = {
  file: 'files of a project',
  group: 'groups',
  url: 'URLs',
  path: 'local files',
};

/** Everything that does not fit together. */
export function flowFaults(job: JobFlow): FlowFault[] {
  const unknown = unknownProjects(job);
  if (unknown.length > 0) return unknown;
  return [
    ...idleProjects(job),
    ...localSourceFault(job.source),
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
      return { path, message: `names no project: ${JSON.stringify(name.slice(0, 60))}; ${has}` };
    });
}

/** A step that was meant for it would work on the other project. */
function idleProjects({ source, steps, projects = {} }: JobFlow): FlowFault[] {
  const used = [source.project, ...steps.map(({ project }) => project)];
  return Object.keys(projects)
    .filter((name) => !used.includes(name))
    .map((name) => ({
      path: ['projects', name],
      message: `is used by neither the source nor a step: add \`project: ${name}\` where it is meant`,
    }));
}

function localSourceFault(source: SourceOptions): FlowFault[] {
  if (source.project === undefined || isInProject(source)) return [];
  const message = `is of no use: what ${source.kind} gives is in no project; name it at the step`;
  return [{ path: ['source', 'project'], message }];
}

function kindFault(step: Step, { source, steps }: JobFlow): FlowFault | null {
  const given = givenKind(source);
  const path = ['uses'];
  if (given === null || fileOf(step) !== undefined) return null;
  const { takes: taken, takesOtherProjects = false } = operationOf(step);
  if (taken.kind === given) return null;
  if (takesOtherProjects && given === 'file') return importFault(step, source);
  const gives = `the source gives ${GIVEN[given]}`;
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
  const { joinsItems = false } = operationOf(step);
  if (joinsItems) return 'make the groups in a job of its own';
  const makers = steps.slice(0, steps.indexOf(step)).filter(({ uses }) => makesFile(uses));
  const maker = makers.at(-1)?.id;
  if (maker !== undefined && !/^\d/.test(maker)) {
    return `act on the file that a step made: with: { file: "\${{ steps.${maker}.file }}" }`;
  }
  const make = OPERATIONS.find(
    (other) => other.takes.kind === given && makesFile(other.kind),
  )?.kind;
  return `make files of them by a step before this one, { id: new, uses: ${make} }, and act on those: with: { file: "\${{ steps.new.file }}" }`;
}

/** Files of a project are imported into another one, by what a listing says of them. */
function importFault(step: Step, source: SourceOptions): FlowFault | null {
  if (step.project === source.project) {
    const message = `is ${step.uses}, which would import the files of a project into the same one: name another project at the step, or use copy-local`;
    return { path: ['uses'], message };
  }
  if (tellsFacts(source)) return null;
  const others = SOURCES.filter((other) => other.tellsFacts !== 'never').map(({ kind }) => kind);
  const use = `use ${others.slice(0, -1).join(', ')} or ${others.at(-1)}`;
  const message = `is ${step.uses}, which needs what a listing tells of a file (its URL, name, metadata); ${source.kind} tells nothing: ${use}`;
  return { path: ['uses'], message };
}

/** What the operation says of its options and the items that the source gives. */
function optionFault(step: Step, { source }: JobFlow): FlowFault | null {
  const fault = operationOf(step).faultWithSource?.(step.with, givenKind(source)) ?? null;
  return fault === null ? null : { path: ['with', fault.option], message: fault.message };
}

/** A file can be reached with the keys of its own project only. */
function projectFault(step: Step, flow: JobFlow): FlowFault | null {
  const owner = ownerOf(step, flow);
  if (owner === null || step.project === owner.project) return null;
  const should =
    owner.project === undefined
      ? 'leave `project` out here'
      : `write \`project: ${owner.project}\` here`;
  return {
    path: [step.project === undefined ? 'uses' : 'project'],
    message: `means ${named(step.project)}, but the file is that of ${owner.words}, in ${named(owner.project)}: ${should}`,
  };
}

/** Where the file is from that a step acts on; null where it acts on none, or nobody knows. */
function ownerOf(
  step: Step,
  { source, steps }: JobFlow,
): { readonly words: string; readonly project: string | undefined } | null {
  const place = makerOf(step, steps);
  if (place !== null) {
    const maker = steps[place];
    return maker === undefined ? null : { words: `the step ${maker.id}`, project: maker.project };
  }
  const kind = givenKind(source);
  if (kind !== 'file' && kind !== 'group') return null;
  return operationOf(step).takesOtherProjects
    ? null
    : { words: 'the source', project: source.project };
}

function named(project: string | undefined): string {
  return project === undefined ? 'the default project' : `project ${project}`;
}
