import type { ProgramEnd, RunProgram } from '../core/run-program.ts';
import type { World } from '../core/world.ts';
import { mailText } from './mail-text.ts';
import type { Notification } from './notification.ts';

/** The parts of the program that a notification by another program needs. */
export interface ProgramDependencies {
  readonly world: Pick<World, 'clock'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runProgram: RunProgram;
  readonly signal: AbortSignal;
}

/** The program that sends an e-mail, and those parts of its folders that the PATH of cron lacks. */
const SENDMAIL = ['sendmail', '/usr/sbin/sendmail', '/usr/lib/sendmail'];
/** A program that takes longer is killed, ms. */
const DEADLINE_MS = 30_000;

/** Gives the document to a command. Returns the reason if this failed, and null if it did not. */
export async function notifyCommand(
  command: readonly string[],
  { document }: Pick<Notification, 'document'>,
  deps: ProgramDependencies,
): Promise<string | null> {
  const end = await runInTime(command, `${JSON.stringify(document)}\n`, deps);
  return failureOf(end, `command ${command[0]}`);
}

/** Sends an e-mail with sendmail. Returns the reason if this failed, and null if it did not. */
export async function notifyByMail(
  { from, to }: { readonly from: string; readonly to: readonly string[] },
  { text }: Pick<Notification, 'text'>,
  deps: ProgramDependencies,
): Promise<string | null> {
  const [subject = ''] = text.split('\n');
  const input = mailText({ from, to, subject, text, at: deps.world.clock.now() });
  const own = deps.env['UCBULK_SENDMAIL'];
  const programs = own === undefined || own === '' ? SENDMAIL : [own];
  let end = STOPPED;
  for (const program of programs) {
    end = await runInTime([program, '-t', '-i'], input, deps);
    if (end.startError !== 'ENOENT') break;
  }
  const reason = failureOf(end, 'email: sendmail');
  return end.startError === 'ENOENT' ? `${reason}; set UCBULK_SENDMAIL to its path` : reason;
}

const STOPPED: ProgramEnd = { exitCode: null, startError: null, output: '' };

async function runInTime(
  command: readonly string[],
  input: string,
  { world, runProgram, signal }: ProgramDependencies,
): Promise<ProgramEnd> {
  if (signal.aborted) return STOPPED;
  const limit = new AbortController();
  const isDone = new AbortController();
  const abort = () => limit.abort();
  signal.addEventListener('abort', abort, { once: true });
  const timer = world.clock.sleep(DEADLINE_MS, isDone.signal).then(abort, () => undefined);
  const end = await runProgram({ command, input, signal: limit.signal });
  isDone.abort();
  signal.removeEventListener('abort', abort);
  await timer;
  return end;
}

/** The reason why a program did not succeed; null if it did. */
function failureOf({ exitCode, startError, output }: ProgramEnd, what: string): string | null {
  if (exitCode === 0) return null;
  if (startError !== null) return `${what} can't be started (${startError})`;
  if (exitCode === null) return `${what} did not end in time`;
  const [line = ''] = output.trim().split('\n');
  return `${what} ended with exit code ${exitCode}${line === '' ? '' : `: ${line.slice(0, 200)}`}`;
}
