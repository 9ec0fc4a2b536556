import { resolve } from 'node:path';
import type { ApiVersion } from '../core/api-version.ts';
import { checkJob } from './check-job.ts';
import { JobFileError, type JobFileProblem } from './job-file-error.ts';
import type { Job } from './job-schema.ts';
import type { PlacedProblem } from './job-tree.ts';
import type { GivenCode } from './own-steps.ts';
import { parseYaml, withLine } from './parse-yaml.ts';
import type { PriceList } from './price-list-schema.ts';
import type { GivenValues, ReportProblem } from './replace-expressions.ts';
import { withAbsolutePath } from './source-schemas.ts';

/** The values and settings with which a job file is read. */
export interface JobFileContext extends GivenValues {
  /**
   * The version of the REST API that the user chose instead of the job's `apiVersion`. undefined if the user
   * chose none.
   */
  readonly apiVersion?: ApiVersion | undefined;
  /** The time now, ms since 1970. With it, a `limits.finishBy` that has passed is a problem. */
  readonly now?: number | undefined;
  /** The content of the job's price file. Absent if the job has none, or if nobody has read it yet. */
  readonly prices?: PriceList | undefined;
  /** The own code of the job, from `loadCode`. Absent if the job must not use any. */
  readonly code?: GivenCode | undefined;
  /** Called with each value of a valid job that probably does not mean what the user thinks. */
  readonly onWarning?: (warning: JobFileProblem) => void;
  /** The path of the job file as the user typed it, for messages. */
  readonly file: string;
  /**
   * Absolute path of the folder to which relative paths in the job belong. If it is missing, such paths stay
   * relative.
   */
  readonly folder?: string;
}

const MAX_PROBLEMS = 50;

/**
 * Reads a job from the text of its file, which is YAML 1.2 or JSON. Throws a `JobFileError` with all
 * problems.
 */
export function loadJobFile(text: string, context: JobFileContext): Job {
  const problems: PlacedProblem[] = [];
  const report: ReportProblem = (problem) => problems.push(problem);
  const warnings: PlacedProblem[] = [];
  const warn: ReportProblem = (problem) => warnings.push(problem);
  const written = parseYaml(text, { what: 'the job file', report });
  const job = written === null ? null : checkJob(written, context, { report, warn });
  if (job !== null && problems.length === 0) {
    for (const warning of warnings.slice(0, MAX_PROBLEMS))
      context.onWarning?.(withLine(warning, text));
    if (context.folder === undefined) return job;
    // Paths become absolute, because a resume may start in another folder.
    const { prices } = job;
    return {
      ...job,
      ...(typeof prices === 'string' && { prices: resolve(context.folder, prices) }),
      source: withAbsolutePath(job.source, context.folder),
    };
  }
  const first = problems.sort((a, b) => a.offset - b.offset).slice(0, MAX_PROBLEMS);
  throw new JobFileError(
    context.file,
    first.map((problem) => withLine(problem, text)),
    problems.length - first.length,
  );
}
