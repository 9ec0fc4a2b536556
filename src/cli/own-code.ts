import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import { findOwnPlaces, type GivenCode } from '../job/own-steps.ts';
import type { Invocation } from './command.ts';
import { type CodeOrder, howToTrust, isCodeTrusted } from './trusted-code.ts';

/**
 * Loads the own code that the text of a job file names; undefined if it names none. Throws a `UserError` if nobody has
 * trusted it.
 */
export async function readOwnCode(
  invocation: Invocation,
  text: string,
  { folder, order }: { readonly folder: string; readonly order: CodeOrder },
): Promise<GivenCode | undefined> {
  // Few job files have own code, and only they need the modules that load it.
  if (!/\.\.?\/|npm:/.test(text)) return undefined;
  const { loadCode, ownCodeIn } = await import('../own-code/load-code.ts');
  const places = ownCodeIn(text);
  const [first] = places;
  if (first === undefined) return undefined;
  await checkTrust(first.uses, invocation, order);
  return loadCode(places, folder, await codePlace(invocation));
}

/** Loads the own code of a job that was checked before. Throws a `UserError` if nobody has trusted it. */
export async function loadTrustedCode(
  job: Job,
  invocation: Invocation,
  order: CodeOrder,
): Promise<GivenCode> {
  const [first] = findOwnPlaces(job);
  if (first !== undefined) await checkTrust(first.uses, invocation, order);
  const { loadCodeOfJob } = await import('../own-code/load-code.ts');
  return loadCodeOfJob(job, await codePlace(invocation));
}

async function codePlace({ surroundings }: Invocation) {
  const { importModule } = await import('../world/import-module.ts');
  return { files: surroundings.world.files, importModule };
}

async function checkTrust(uses: string, invocation: Invocation, order: CodeOrder): Promise<void> {
  if (await isCodeTrusted(invocation, order)) return;
  throw new UserError(
    'usage',
    `The job runs code of its own (\`uses: ${uses}\`), and nobody has trusted it. The code was not loaded, and nothing was sent. ${howToTrust(invocation)}`,
  );
}
