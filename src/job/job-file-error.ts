/** One thing wrong in a job file, at its place; lines and columns count from 1. */
export interface JobFileProblem {
  readonly line: number;
  readonly column: number;
  /** What is wrong and what was expected; holds no value from the environment. */
  readonly message: string;
  /** The word that was probably meant. */
  readonly suggestion?: string;
}

const MAX_PRINTED = 50;

/** A job file that cannot be used, with everything that is wrong in it; a line a problem. */
export class JobFileError extends Error {
  override readonly name = 'JobFileError';
  readonly file: string;
  readonly problems: readonly JobFileProblem[];

  constructor(file: string, problems: readonly JobFileProblem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.slice(0, MAX_PRINTED).map((problem) => printed(file, problem));
    if (sorted.length > MAX_PRINTED) lines.push(`${file}: and ${sorted.length - MAX_PRINTED} more`);
    super(lines.join('\n'));
    this.file = file;
    this.problems = sorted;
  }
}

function printed(file: string, { line, column, message, suggestion }: JobFileProblem): string {
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return `${file}:${line}:${column}: ${message}${hint}`;
}
