import type { World } from '../core/world.ts';
import type { TerminalEnvironment } from '../progress/terminal-style.ts';
import type { RunLimits } from '../run/run-request.ts';
import type { PersonQuestion, Reply } from './read-person-line.ts';

/** The environment variables that the program reads, in addition to `UCBULK_<FLAG>` for its flags. */
export interface Environment extends TerminalEnvironment {
  readonly UPLOADCARE_PUBLIC_KEY?: string | undefined;
  readonly UPLOADCARE_SECRET_KEY?: string | undefined;
  readonly UPLOADCARE_REST_API_BASE?: string | undefined;
  readonly UPLOADCARE_UPLOAD_API_BASE?: string | undefined;
  readonly UCBULK_SIGNING_SECRET?: string | undefined;
  readonly UCBULK_STATE?: string | undefined;
  readonly UCBULK_JSON?: string | undefined;
  readonly XDG_STATE_HOME?: string | undefined;
  readonly HOME?: string | undefined;
  readonly [name: string]: string | undefined;
}

/** A stream of the process. */
export interface OutputStream {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal; undefined if the stream is not a terminal. */
  readonly columns: number | undefined;
  /** True after the reader has gone (`| head`) or a write has failed: further writes do nothing. */
  readonly isClosed: boolean;
  /** The error of a failed write, such as a full disk; null if none failed. A gone reader is no failure. */
  readonly failure: Error | null;
}

/** The signals that stop the program. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Everything that the program uses from its process. Tests pass their own. */
export interface Surroundings {
  readonly world: World;
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /**
   * Prints a question and reads the line that a person types. Discards input from before the
   * question. null if there is no terminal to ask on.
   */
  readonly ask: ((question: PersonQuestion) => Promise<Reply>) | null;
  /** Calls back on every signal. Returns a function that ends this. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** Calls back on every SIGUSR2, which requests a save. Returns a function that ends this. */
  readonly onSaveSignal: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  /** Tests only: a small ledger, a short settle time. */
  readonly limits?: RunLimits;
}
