import { UNCERTAIN_FIELDS, type UncertainField } from '../core/file-facts.ts';
import type { Conditions } from '../filters/where.ts';
import { readsField } from './expression-scope.ts';
import type { Job } from './job-schema.ts';
import { tellsFacts } from './source-schemas.ts';
import { readsFile } from './step-condition.ts';
import { isIrreversible, stepExpressions } from './step-schemas.ts';

/**
 * Fields of a file that ucbulk can read with one request for each file, if the service's list of files does
 * not contain them.
 */
const READABLE = ['metadata', 'tags'] as const;

/**
 * Returns the fields of files that the expressions of the steps read, and that might be missing in the list
 * of files.
 */
export function fieldsInSteps({ source, steps }: Pick<Job, 'source' | 'steps'>): UncertainField[] {
  if (!tellsFacts(source)) return [];
  const texts = steps.flatMap(stepExpressions).map(({ text }) => text);
  return UNCERTAIN_FIELDS.filter((field) => texts.some((text) => readsField(text, field)));
}

/**
 * Returns the fields of files that the `if` of a deleting step reads, and that might be missing in the list
 * of files. Returns null if no such `if` reads the file, or if the source reports nothing about files.
 */
export function fieldsInDeletes({
  source,
  steps,
}: Pick<Job, 'source' | 'steps'>): UncertainField[] | null {
  const deletes = steps.filter(isIrreversible);
  const texts = deletes.flatMap((step) => step.if ?? []).filter(readsFile);
  if (texts.length === 0 || !tellsFacts(source)) return null;
  return UNCERTAIN_FIELDS.filter((field) => texts.some((text) => readsField(text, field)));
}

/**
 * Returns the fields that the job needs and for which ucbulk might have to send one request for each file.
 */
export function readableNeeds(job: Pick<Job, 'source' | 'steps' | 'where'>): UncertainField[] {
  const { any = [], unless = {}, ...plain } = job.where;
  const sets: readonly Conditions[] = [plain, ...any, unless];
  const inSteps = fieldsInSteps(job);
  return READABLE.filter(
    (field) => inSteps.includes(field) || sets.some((set) => set[field] !== undefined),
  );
}
