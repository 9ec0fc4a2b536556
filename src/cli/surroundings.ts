import type { RunProgram } from '../core/run-program.ts';
import type { World } from '../core/world.ts';
import type { TerminalEnvironment } from '../progress/terminal-style.ts';
import type { RunLimits } from '../run/run-request.ts';
import type { PersonQuestion, Reply } from './read-person-line.ts';

/**
 * The environment variables that the program reads. `UCBULK_<FLAG>` is not listed here: there is one for each
 * flag.
 */
export interface Environment extends TerminalEnvironment {
  readonly UPLOADCARE_PUBLIC_KEY?: string | undefined;
  readonly UPLOADCARE_SECRET_KEY?: string | undefined;
  readonly UPLOADCARE_REST_API_BASE?: string | undefined;
  readonly UPLOADCARE_UPLOAD_API_BASE?: string | undefined;
  readonly UCBULK_SIGNING_SECRET?: string | undefined;
  readonly UCBULK_STATE?: string | undefined;
  readonly UCBULK_JSON?: string | undefined;
  readonly XDG_STATE_HOME?: string | undefined;
  readonly XDG_CONFIG_HOME?: string | undefined;
  readonly HOME?: string | undefined;
  readonly [name: string]: string | undefined;
}

/** stdout or stderr of the process. */
export interface OutputStream {
  write(text: string): void;
  /** Number of bytes that the reader has not read yet. They are in memory. */
  readonly unread: number;
  /** Waits until the reader has read enough of the text; resolves at once if the stream is closed. */
  drained(): Promise<void>;
  readonly isTerminal: boolean;
  /** Width of the terminal in columns; undefined if the stream is not a terminal. */
  readonly columns: number | undefined;
  /**
   * True if the reader has gone (for example `| head`) or a write has failed. Further writes then do nothing.
   */
  readonly isClosed: boolean;
  /**
   * The error of a failed write, such as a full disk. null if no write failed; a reader that has gone is not
   * a failure.
   */
  readonly failure: Error | null;
}

/** The signals that stop the program. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Everything that the program uses from its process. Tests pass other objects instead. */
export interface Surroundings {
  readonly world: World;
  /** Starts other programs, for notifications. */
  readonly runProgram: RunProgram;
  readonly env: Environment;
  readonly cwd: string;
  /** This process, as `status` names it in another shell. */
  readonly process?: { readonly pid: number; readonly host: string };
  /** Folders of the running `ucbulk` and `node`, for schedules. */
  readonly programFolders?: readonly string[];
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /**
   * Prints a question and reads the line that a person types. Discards what the person typed before the
   * question. null if the process has no terminal.
   */
  readonly ask: ((question: PersonQuestion) => Promise<Reply>) | null;
  /**
   * Registers a listener for the signals that stop the program. Returns a function that removes the listener.
   */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /**
   * Registers a listener for SIGUSR2: the user wants the emulator to save its content. Returns a function
   * that removes the listener.
   */
  readonly onSaveSignal: (listener: () => void) => () => void;
  /** Ends the process at once, without waiting for open work. */
  readonly exit: (code: number) => void;
  /** Limits that only tests set, such as a small maximum size of a run's database. */
  readonly limits?: RunLimits;
}
