import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import type { OutcomeRecord } from '../ledger/outcome-table.ts';
import type { RunItem } from '../ledger/run-items.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { findTraits } from '../operations/operation-traits.ts';
import { isOwnName } from '../operations/own-name.ts';

/** A step that makes files, in the project that has these files. */
export interface MakingStep {
  readonly id: string;
  readonly index: number;
  /** The keys of a result that name a new file. */
  readonly keys: readonly string[];
  /** Public key of the project. */
  readonly publicKey: string;
  /** Name of the project in the job; undefined for the default project. */
  readonly project: string | undefined;
  /**
   * Why the files that a result names may be older than the run; null if they can't be. `reuse`: the service may
   * have returned the file of an earlier import. `own-code`: only the own code of the job knows.
   */
  readonly doubt: 'reuse' | 'own-code' | null;
}

/** The steps of a job that make files. */
export function makingSteps(job: Job, record: Pick<RunRecord, 'publicKey'>): MakingStep[] {
  return job.steps.flatMap((step, index) => {
    const keys = isOwnName(step.uses) ? ['file'] : fileKeys(step.uses);
    const { id, project } = step;
    const named = project === undefined ? undefined : job.projects?.[project]?.publicKey.key;
    const publicKey = project === undefined ? record.publicKey : (named ?? '');
    return keys.length === 0 ? [] : [{ id, index, keys, publicKey, project, doubt: doubtOf(step) }];
  });
}

function fileKeys(uses: string): string[] {
  const makes = Object.entries(findTraits(uses)?.makes ?? {});
  return makes.flatMap(([key, kind]) => (kind === 'file' ? [key] : []));
}

function doubtOf(step: Step): MakingStep['doubt'] {
  if (isOwnName(step.uses)) return 'own-code';
  const options: Readonly<Record<string, unknown>> = step.with;
  return options['checkDuplicates'] === true ? 'reuse' : null;
}

/**
 * The files that a step certainly made for an item. An item that was skipped names the file of an earlier run.
 * A step that changes a file in place names the file on which it worked.
 */
export function madeFiles(item: RunItem, step: MakingStep): FileUuid[] {
  if (step.doubt !== null) return [];
  return namedFiles(item, step).filter((file) => file !== item.record.key.toLowerCase());
}

/** The files that the result of a step names, whoever made them. */
export function namedFiles({ outcomes }: RunItem, { index, keys }: MakingStep): FileUuid[] {
  const outcome = outcomes.find(({ step }) => step === index);
  const result = outcome === undefined ? null : ownResult(outcome);
  if (result === null) return [];
  return keys.flatMap((key) => {
    const file = result[key];
    return typeof file === 'string' && isFileUuid(file) ? [parseFileUuid(file)] : [];
  });
}

/** The result of work of the run itself. A failed item may have made a file before it failed. */
function ownResult({ state, result }: OutcomeRecord): JsonObject | null {
  if (state === 'done') return result;
  const made = state === 'failed' ? result?.['made'] : undefined;
  return isJsonObject(made) ? made : null;
}
