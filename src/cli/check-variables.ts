import { UserError } from '../core/user-error.ts';
import { closestWord } from '../job/closest-word.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { CommandHost, Invocation } from './command.ts';

const PREFIX = 'UCBULK_';
const BY_PREFIX = /^ucbulk[_-]/i;
const SHORT_FLAGS: Readonly<Record<string, string>> = {
  N: 'UCBULK_DRY_RUN',
  Y: 'UCBULK_YES',
  Q: 'UCBULK_QUIET',
  STATE_DIR: 'UCBULK_STATE',
};
// Matches variables that only the tests and benchmarks of ucbulk read. A developer may have set them in the
// shell, so ucbulk ignores them.
const FOR_TESTS =
  /^UCBULK_(?:MUTANT|OPENAPI|RECORDINGS|REQUIRE_RECORDINGS|REQUIRE_SERVICES|(?:POWER|TEST)_[A-Z_]+)$/;

/** The environment variables that a job file refers to, if the command knows them. */
export interface JobVariables {
  /** Names of the variables that the job reads. */
  readonly names: Iterable<string>;
  /** False if the command can't know all of these variables. Then an unknown name causes only a warning. */
  readonly isComplete: boolean;
}

type Context = Pick<Invocation, 'surroundings' | 'output' | 'listVariables'>;

/**
 * Throws a `usage` error for an environment variable that starts with UCBULK_ and is unknown, for example a
 * mistyped UCBULK_DRY_RUN: the user would expect a dry run, and ucbulk would delete. Ignores empty variables.
 */
export async function checkVariables(
  { surroundings, output, listVariables }: Context,
  { names, isComplete }: JobVariables,
): Promise<void> {
  const ofJob = new Set(names);
  const suspects = Object.entries(surroundings.env)
    .filter(([name, value]) => BY_PREFIX.test(name) && value !== undefined && value !== '')
    .map(([name]) => name)
    .filter((name) => !ofJob.has(name) && !FOR_TESTS.test(name));
  if (suspects.length === 0) return;
  const known = await listVariables();
  const refused: string[] = [];
  for (const name of suspects.filter((suspect) => !known.includes(suspect))) {
    const meant = meantVariable(name, known);
    const shown = plainText(name.slice(0, 100));
    if (meant !== undefined) {
      refused.push(`There is no variable ${shown}. Did you mean ${meant}?`);
    } else if (isComplete) {
      refused.push(
        `There is no variable ${shown}, and the job does not use it. Unset it; --help lists the variables.`,
      );
    } else {
      output.warn(`There is no variable ${shown}: it is ignored. --help lists the variables.`);
    }
  }
  if (refused.length > 0) throw new UserError('usage', `${refused.join('\n')}\nNothing was done.`);
}

/**
 * Returns the host for commands that read no job file. It checks the environment variables before the command
 * starts.
 */
export function withCheckedVariables(host: CommandHost): CommandHost {
  return {
    ...host,
    invoke: (flags, work) =>
      host.invoke(flags, async (invocation) => {
        await checkVariables(invocation, { names: [], isComplete: false });
        return work(invocation);
      }),
  };
}

function meantVariable(name: string, known: readonly string[]): string | undefined {
  const word = name.slice(PREFIX.length).toUpperCase().replaceAll('-', '_');
  const short = SHORT_FLAGS[word];
  if (short !== undefined) return short;
  const words = known.map((variable) => variable.slice(PREFIX.length));
  const meant = closestWord(word, words);
  return meant === undefined ? undefined : `${PREFIX}${meant}`;
}
