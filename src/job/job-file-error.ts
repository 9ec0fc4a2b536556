/** A problem and its position in a job file. Lines and columns count from 1. */
export interface JobFileProblem {
  readonly line: number;
  readonly column: number;
  /**
   * Says what is wrong and what is expected. Contains no value from the environment, because it may be
   * secret.
   */
  readonly message: string;
  /** A similar word that would be valid. */
  readonly suggestion?: string;
}

/** The error for an invalid job file. The message has one line for each problem, in the order of the file. */
export class JobFileError extends Error {
  override readonly name = 'JobFileError';
  readonly file: string;
  readonly problems: readonly JobFileProblem[];

  /** `omitted` is the number of further problems, which the message only counts. */
  constructor(file: string, problems: readonly JobFileProblem[], omitted = 0) {
    const lines = problems.map((problem) => formatProblem(file, problem));
    if (omitted > 0) lines.push(`${file}: and ${omitted} more`);
    super(lines.join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

/** Formats a problem with its position, as one line. */
export function formatProblem(
  file: string,
  { line, column, message, suggestion }: JobFileProblem,
): string {
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return `${file}:${line}:${column}: ${message}${hint}`;
}
