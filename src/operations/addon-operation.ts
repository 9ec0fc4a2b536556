import { needsApi07 } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { AddonStatus } from '../uploadcare/wire/addon-answer.ts';
import { namedInAnswer } from './named-in-answers.ts';
import type { Doubt, PollAnswer, Probe, RemoteJob, RemoteOperation, Started } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';
import { readyOutput } from './ready-output.ts';
import { skipMissing } from './skip-missing.ts';
import { uuidOf } from './uuid-of.ts';

/** `versionFault` of every add-on. */
export const ADDONS_NEED_07 = needsApi07('version 0.6 has no add-ons');

type AddonClient = Pick<RestClient, 'addons' | 'files'>;

/** Right after the start `unknown` may only mean "not visible yet" (api 8.2). */
const UNKNOWN_GRACE_MS = 60_000;
/** How long the result of a run that is through is waited for, ms. */
const RESULT_WITHIN_MS = 10 * 60_000;
/** What half of the runs take, as long as nothing was learned: a guess, ms. */
const TYPICAL_MS = 5000;

/**
 * Runs an add-on on a file. remove_bg is paid and makes another file each time, and nothing tells
 * afterwards whether it ran: a lost answer is in doubt. The others leave the time of their run at
 * the file itself.
 */
export function addonOperation(client: AddonClient, call: AddonCall): RemoteOperation {
  return {
    kind: `addon/${call.name}`,
    shape: 'remote',
    startSize: 1,
    job: { name: `addon/${call.name}`, typicalMs: TYPICAL_MS },
    destructive: isPurge(call),
    changesListing: true,
    doubt: doubtOf(client, call),
    // The others leave their result at the file itself, where it is looked for.
    ...(call.name === 'remove_bg' && { namedIn: namedInAnswer }),
    async start([item], permit) {
      if (item === undefined) return new Map();
      const begin = async (): Promise<Started> => {
        const { requestId } = await client.addons.execute(call, uuidOf(item), permit);
        return { kind: 'started', token: requestId };
      };
      return new Map([[item.key, await skipMissing(begin())]]);
    },
    async poll(job, signal) {
      const [requestId = '', doneAt] = job.token.split(' ');
      const status = await client.addons.status(call.name, requestId, signal);
      if (status.state !== 'done') return unfinished(status, job);
      const now = job.startedAt + job.ageMs;
      const since = doneAt === undefined ? now : Number(doneAt);
      const ended = { job, waitedMs: now - since, token: `${requestId} ${since}` };
      const { startedAt: sentAt } = job;
      const file = status.fileId;
      if (file !== null)
        return readyOutput(client.files, { ...ended, file, result: { file }, sentAt }, signal);
      return finished(client, call, { ...ended, signal });
    },
  };
}

function doubtOf(client: AddonClient, call: AddonCall): Doubt {
  if (call.name === 'remove_bg') return { class: 'undetectable' };
  return { class: 'detectable', probe: probeAppData(client, call) };
}

/** True where infected files are to be deleted. */
export function isPurge(call: AddonCall): boolean {
  return call.name === 'uc_clamav_virus_scan' && call.params?.purgeInfected === true;
}

/** The add-on's own record at the file says when it ran last. */
function probeAppData({ files }: AddonClient, call: AddonCall): Probe {
  const { name } = call;
  return async (item, signal) => {
    const details = await files.fileDetails(uuidOf(item), { extra: 'appdata', signal });
    if (details === null || details.removedAt !== null) {
      return {
        kind: 'undecided',
        note: 'The file is gone: purged as infected, or deleted by others',
      };
    }
    const app = details.appdata.get(name);
    if (app === undefined || item.sentAt === null) return { kind: 'did-not-happen' };
    if (app.updatedAt < item.sentAt - CLOCK_SLACK_MS) return { kind: 'did-not-happen' };
    // Ours would have removed it: this is the scan of somebody who lets infected files be.
    const isLeft = isPurge(call) && app.data['infected'] === true;
    if (isLeft) return { kind: 'did-not-happen' };
    return { kind: 'happened', outcome: { kind: 'done', result: app.data } };
  };
}

/** A run that is through, and what it is asked about by until its result shows. */
interface EndedRun {
  readonly job: RemoteJob;
  /** Time since the service said that it was through, ms. */
  readonly waitedMs: number;
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * What the add-on left at the file. A result that is not there yet, or is that of an earlier run, is
 * waited for: a scan without a verdict must not pass for a clean one.
 */
async function finished(
  { files }: AddonClient,
  { name }: AddonCall,
  { job, waitedMs, token, signal }: EndedRun,
): Promise<PollAnswer> {
  if (name === 'remove_bg') return done({});
  const details = await files.fileDetails(uuidOf(job.item), { extra: 'appdata', signal });
  if (details === null || details.removedAt !== null) return done({ removed: true });
  const app = details.appdata.get(name);
  if (app !== undefined && app.updatedAt >= job.startedAt - CLOCK_SLACK_MS) return done(app.data);
  if (waitedMs < RESULT_WITHIN_MS) return { kind: 'running', token };
  const within = formatDuration(RESULT_WITHIN_MS);
  const message = `The add-on was through, but its result was not at the file within ${within}`;
  return { kind: 'in-doubt', code: 'result_missing', message };
}

function unfinished(status: AddonStatus, { ageMs }: RemoteJob): PollAnswer {
  if (status.state === 'error') {
    const message = status.details ?? 'The add-on gave no reason';
    return { kind: 'failed', failure: { code: 'addon_error', message } };
  }
  if (status.state === 'in_progress' || ageMs < UNKNOWN_GRACE_MS) return { kind: 'running' };
  return { kind: 'in-doubt', code: 'token_lost', message: 'The service does not know the run' };
}

function done(result: JsonObject): Outcome {
  return { kind: 'done', result };
}
