import { needsApi07 } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { AddonStatus } from '../uploadcare/wire/addon-answer.ts';
import { itemUuid } from './item-uuid.ts';
import { namedInAnswer } from './named-in-answers.ts';
import type { Doubt, PollAnswer, Probe, RemoteJob, RemoteOperation, Started } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';
import { readyOutput } from './ready-output.ts';
import { skipMissing } from './skip-missing.ts';

/** Reports that a job uses an add-on with a version of the REST API that has none. */
export const ADDONS_NEED_07 = needsApi07('version 0.6 has no add-ons');

type AddonClient = Pick<RestClient, 'addons' | 'files'>;

/** Time after the start in which the status `unknown` may only mean "not visible yet", ms (api 8.2). */
const UNKNOWN_GRACE_MS = 60_000;
/** Time to wait for the result after the add-on has ended, ms. */
const RESULT_WITHIN_MS = 10 * 60_000;
/** The assumed median duration of an add-on until ucbulk has measured some, ms. */
const TYPICAL_MS = 5000;

/**
 * Runs an add-on on a file.
 * remove_bg makes a new file each time and charges for it, and no read can show later that it ran. So if its
 * answer is lost, the item is in doubt. All other add-ons record the time of their run at the file.
 */
export function addonOperation(client: AddonClient, call: AddonCall): RemoteOperation {
  return {
    kind: `addon/${call.name}`,
    shape: 'remote',
    startSize: 1,
    job: { name: `addon/${call.name}`, typicalMs: TYPICAL_MS },
    destructive: isPurge(call),
    changesListing: true,
    doubt: createDoubt(client, call),
    // All other add-ons store their result at the file itself, where ucbulk reads it.
    ...(call.name === 'remove_bg' && { namedIn: namedInAnswer }),
    async start([item], permit) {
      if (item === undefined) return new Map();
      const begin = async (): Promise<Started> => {
        const { requestId } = await client.addons.execute(call, itemUuid(item), permit);
        return { kind: 'started', token: requestId };
      };
      return new Map([[item.key, await skipMissing(begin())]]);
    },
    async poll(job, signal) {
      const [requestId = '', doneAt] = job.token.split(' ');
      const status = await client.addons.status(call.name, requestId, signal);
      if (status.state !== 'done') return checkStatus(status, job);
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

function createDoubt(client: AddonClient, call: AddonCall): Doubt {
  if (call.name === 'remove_bg') return { class: 'undetectable' };
  return { class: 'detectable', probe: probeAppData(client, call) };
}

/** True if the scan deletes infected files. */
export function isPurge(call: AddonCall): boolean {
  return call.name === 'uc_clamav_virus_scan' && call.params?.purgeInfected === true;
}

/** Reads the record that the add-on stores at the file. It contains the time of the last run. */
function probeAppData({ files }: AddonClient, call: AddonCall): Probe {
  const { name } = call;
  return async (item, signal) => {
    const details = await files.fileDetails(itemUuid(item), { extra: 'appdata', signal });
    if (details === null || details.removedAt !== null) {
      return {
        kind: 'undecided',
        note: 'The file is gone: purged as infected, or deleted by others',
      };
    }
    const app = details.appdata.get(name);
    if (app === undefined || item.sentAt === null) return { kind: 'did-not-happen' };
    if (app.updatedAt < item.sentAt - CLOCK_SLACK_MS) return { kind: 'did-not-happen' };
    // Our scan would have deleted the infected file, so this record comes from another scan, without
    // `purgeInfected`.
    const isLeft = isPurge(call) && app.data['infected'] === true;
    if (isLeft) return { kind: 'did-not-happen' };
    return { kind: 'happened', outcome: { kind: 'done', result: app.data } };
  };
}

/** A run of an add-on that has ended. ucbulk still waits for its result. */
interface EndedRun {
  readonly job: RemoteJob;
  /** Time since the service reported the end, ms. */
  readonly waitedMs: number;
  /** The token for further polls. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * Reads the result of the add-on at the file. Waits if the result is missing or comes from an earlier run: a
 * scan without a verdict must not count as clean.
 */
async function finished(
  { files }: AddonClient,
  { name }: AddonCall,
  { job, waitedMs, token, signal }: EndedRun,
): Promise<PollAnswer> {
  if (name === 'remove_bg') return done({});
  const details = await files.fileDetails(itemUuid(job.item), { extra: 'appdata', signal });
  if (details === null || details.removedAt !== null) return done({ removed: true });
  const app = details.appdata.get(name);
  if (app !== undefined && app.updatedAt >= job.startedAt - CLOCK_SLACK_MS) return done(app.data);
  if (waitedMs < RESULT_WITHIN_MS) return { kind: 'running', token };
  const within = formatDuration(RESULT_WITHIN_MS);
  const message = `The add-on ended, but its result was not at the file within ${within}. Look at the file, then decide with \`ucbulk resolve\``;
  return { kind: 'in-doubt', code: 'result_missing', message };
}

function checkStatus(status: AddonStatus, { ageMs }: RemoteJob): PollAnswer {
  if (status.state === 'error') {
    const message = status.details ?? 'The add-on gave no reason';
    return { kind: 'failed', failure: { code: 'addon_error', message } };
  }
  if (status.state === 'in_progress' || ageMs < UNKNOWN_GRACE_MS) return { kind: 'running' };
  return {
    kind: 'in-doubt',
    code: 'token_lost',
    message:
      'The service does not know the run of the add-on. Look at the file, then decide with `ucbulk resolve`',
  };
}

function done(result: JsonObject): Outcome {
  return { kind: 'done', result };
}
