/** A problem in a job file with its place; lines and columns count from 1. */
export interface JobFileProblem {
  readonly line: number;
  readonly column: number;
  /** The fault and the expected value; contains no value from the environment. */
  readonly message: string;
  /** A similar word that exists. */
  readonly suggestion?: string;
}

/** The error of an invalid job file. The message has a line for each problem, in file order. */
export class JobFileError extends Error {
  override readonly name = 'JobFileError';
  readonly file: string;
  readonly problems: readonly JobFileProblem[];

  /** `omitted` is the number of further problems that are not in the list. */
  constructor(file: string, problems: readonly JobFileProblem[], omitted = 0) {
    const lines = problems.map((problem) => printed(file, problem));
    if (omitted > 0) lines.push(`${file}: and ${omitted} more`);
    super(lines.join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

function printed(file: string, { line, column, message, suggestion }: JobFileProblem): string {
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return `${file}:${line}:${column}: ${message}${hint}`;
}
