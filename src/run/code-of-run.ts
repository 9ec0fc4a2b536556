import { isJsonObject } from '../core/json.ts';
import { UserError } from '../core/user-error.ts';
import { printPath } from '../job/job-path.ts';
import type { Job } from '../job/job-schema.ts';
import {
  blockAt,
  checkGivenOptions,
  codeFactsOf,
  findOwnPlaces,
  type GivenCode,
  type OwnPlace,
} from '../job/own-steps.ts';
import type { JobCode } from '../operations/own-facts.ts';
import type { RunContext } from './run-request.ts';

/** The job of a run with the facts about its loaded code, and this code. */
interface JobWithCode {
  readonly job: Job;
  readonly code: JobCode;
}

/**
 * Loads the own code of a job, and checks that it is the code with which the job was checked. Throws a `UserError` if it
 * can't be loaded, or if it has changed and nobody has accepted that.
 */
export async function loadJobCode(
  job: Job,
  { loadCode, acceptsChangedCode = false }: Pick<RunContext, 'loadCode' | 'acceptsChangedCode'>,
): Promise<JobWithCode> {
  const places = findOwnPlaces(job);
  if (places.length === 0) return { job, code: new Map() };
  if (loadCode === undefined) {
    throw new UserError(
      'usage',
      `The job uses own code (${places[0]?.uses}), and this program does not load any. Nothing was sent. Set \`loadCode\` in the context of the run.`,
    );
  }
  const given = await loadCode(job);
  const copy = structuredClone(job);
  for (const place of places) refreshFacts(copy, place, { given, acceptsChangedCode });
  return { job: copy, code: given.code };
}

/** Replaces the facts about own code in a job by those of the loaded code. */
function refreshFacts(
  job: Job,
  { uses, path }: OwnPlace,
  { given, acceptsChangedCode }: { given: GivenCode; acceptsChangedCode: boolean },
): void {
  const where = `${printPath(path)}.uses`;
  const loaded = given.code.get(uses);
  const block = blockAt(job, path);
  if (loaded === undefined || block === null) {
    const fault = given.faults.get(uses) ?? 'was not loaded';
    throw new UserError('usage', `${where}: ${uses} ${fault}. Nothing was sent.`);
  }
  const { code } = block;
  const isSame = isJsonObject(code) && code['sha256'] === loaded.sha256;
  if (!isSame && !acceptsChangedCode) throw changedCode(where, loaded);
  const checked = checkGivenOptions(loaded, block);
  if (checked.faults !== undefined) {
    const [fault] = checked.faults;
    const option = ['with', ...(fault?.path ?? [])].join('.');
    throw new UserError(
      'usage',
      `${where}: the new code of ${uses} refuses the options of the run: ${option} ${fault?.message}. Nothing was sent.`,
    );
  }
  block['code'] = { ...codeFactsOf(loaded, checked.value) };
}

function changedCode(where: string, { uses, file }: { uses: string; file: string }): UserError {
  return new UserError(
    'usage',
    `${where}: ${uses} has changed since the job was checked (${file}, a file that it imports, or the version of a package). Nothing was sent. Restore the earlier code, or add --allow-code --accept-changed-code if the new code may finish this work. Its doubt class then also counts for the calls of the old code.`,
  );
}
