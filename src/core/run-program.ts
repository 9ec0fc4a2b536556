/** A program that another program starts, without a shell. */
export interface ProgramStart {
  /** The program and its arguments. A name without `/` is searched for in PATH. */
  readonly command: readonly string[];
  /** The text for its standard input. */
  readonly input: string;
  /** When this signal aborts, the program and the programs that it started are killed. */
  readonly signal: AbortSignal;
}

/** The end of a program. */
export interface ProgramEnd {
  /** Null if the program was killed, or could not be started. */
  readonly exitCode: number | null;
  /** The code of the system error if the program could not be started, such as ENOENT; else null. */
  readonly startError: string | null;
  /** The first characters that the program printed. */
  readonly output: string;
}

/** Starts a program and waits for its end. Never rejects. */
export type RunProgram = (start: ProgramStart) => Promise<ProgramEnd>;
