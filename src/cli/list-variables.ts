import { type AddAll, readCommands } from './read-commands.ts';

/** Lists the environment variables that set options of any command, and UCBULK_SENDMAIL. */
export async function listVariables(addAll: AddAll): Promise<string[]> {
  const commands = await readCommands(addAll);
  const flags = commands.flatMap((command) => command.flags);
  const ofFlags = flags.map(({ variable }) => variable).filter((name) => name !== null);
  return [...new Set([...ofFlags, 'UCBULK_SENDMAIL'])];
}
