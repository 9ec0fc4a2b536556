import type { World } from '../core/world.ts';
import type { TerminalEnvironment } from '../progress/terminal-style.ts';
import type { RunLimits } from '../run/run-request.ts';
import type { PersonQuestion, Reply } from './read-person-line.ts';

/** The environment variables the program reads, beside `UCBULK_<FLAG>` for its flags. */
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
  /** Width of the terminal; undefined where it is none. */
  readonly columns: number | undefined;
  /** True once its reader has gone (`| head`) or a write failed: nothing written arrives any more. */
  readonly isClosed: boolean;
  /** Why a write failed, such as a full disk; null if none did. A reader that has gone is no failure. */
  readonly failure: Error | null;
}

/** The signals that ask for an end. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** All that the program takes from its process; tests start it with their own. */
export interface Surroundings {
  readonly world: World;
  readonly env: Environment;
  readonly cwd: string;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /**
   * Prints a question and reads the line that a person types; null if nobody can be asked. What was
   * typed before the question was printed is discarded.
   */
  readonly ask: ((question: PersonQuestion) => Promise<Reply>) | null;
  /** Calls back on every signal until it is told to stop. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** Calls back whenever SIGUSR2 asks to save; until it is told to stop. */
  readonly onSaveSignal: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  /** Tests only: a small ledger, a short settle time. */
  readonly limits?: RunLimits;
}
