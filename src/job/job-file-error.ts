/** One thing wrong in a job file, at its place; lines and columns count from 1. */
export interface JobFileProblem {
  readonly line: number;
  readonly column: number;
  /** What is wrong and what was expected; holds no value from the environment. */
  readonly message: string;
  /** The word that was probably meant. */
  readonly suggestion?: string;
}

/** A job file that cannot be used, with what is wrong in it: a line a problem, in file order. */
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
