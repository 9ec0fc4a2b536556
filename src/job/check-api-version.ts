import { type ApiVersion, DEFAULT_API_VERSION } from '../core/api-version.ts';
import type { Conditions, Where } from '../filters/where.ts';
import type { FlowFault } from './check-flow.ts';
import { readsField } from './expression-scope.ts';
import { type SourceOptions, sourceVersionFault } from './source-schemas.ts';
import { type Step, stepExpressions, stepOperation } from './step-schemas.ts';

/** The parts of a job that may need a certain version of Uploadcare's REST API. */
interface VersionedJob {
  readonly apiVersion?: ApiVersion | undefined;
  readonly source: SourceOptions;
  readonly where: Where;
  readonly steps: readonly Step[];
}

/** Fields of a file that version 0.6 of the REST API does not return. */
const FIELDS_OF_07 = ['metadata', 'tags'] as const;

/**
 * Finds everything in a job that its version of the REST API does not support (docs/uploadcare-api.md 13).
 */
export function apiVersionFaults(job: VersionedJob): FlowFault[] {
  const { apiVersion = DEFAULT_API_VERSION, source, where, steps } = job;
  return [
    ...sourceFaults(source, apiVersion),
    ...(apiVersion === '0.6' ? whereFaults(where) : []),
    ...steps.flatMap((step, index) =>
      stepFaults(step, apiVersion).map(({ path, message }) => {
        return { path: ['steps', index, ...path], message };
      }),
    ),
  ];
}

function sourceFaults(source: SourceOptions, version: ApiVersion): FlowFault[] {
  const refused = sourceVersionFault(source, version);
  if (refused === null) return [];
  const option = refused.option === null ? [] : [refused.option];
  return [fault(['source', source.kind, ...option], refused.needs, refused.reason)];
}

function whereFaults({ any = [], unless = {}, ...plain }: Where): FlowFault[] {
  const sets: readonly (readonly [(string | number)[], Conditions])[] = [
    [[], plain],
    ...any.map((set, index) => [['any', index], set] as [(string | number)[], Conditions]),
    [['unless'], unless],
  ];
  return sets.flatMap(([place, set]) =>
    FIELDS_OF_07.filter((field) => set[field] !== undefined).map((field) =>
      fault(['where', ...place, field], '0.7', `version 0.6 has no ${field}`),
    ),
  );
}

function stepFaults(step: Step, version: ApiVersion): FlowFault[] {
  const refused = stepOperation(step).versionFault?.(step.with, version) ?? null;
  if (refused !== null) {
    const path = refused.option === null ? ['uses'] : ['with', refused.option];
    return [fault(path, refused.needs, refused.reason)];
  }
  if (version === '0.7') return [];
  return stepExpressions(step).flatMap(({ path, text }) =>
    FIELDS_OF_07.filter((field) => readsField(text, field)).map((field) =>
      fault([...path], '0.7', `version 0.6 has no ${field}`),
    ),
  );
}

function fault(path: FlowFault['path'], needs: ApiVersion, reason: string): FlowFault {
  const change =
    needs === '0.7' ? 'remove `apiVersion: "0.6"` (or --api-version)' : 'add `apiVersion: "0.6"`';
  return { path, message: `needs version ${needs} of the REST API: ${reason}; ${change}` };
}
