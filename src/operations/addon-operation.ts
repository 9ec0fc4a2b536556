import { needsApi07 } from '../core/api-version.ts';
import { formatDuration } from '../core/duration.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { AddonStatus } from '../uploadcare/wire/addon-answer.ts';
import type { StepRequest } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import { namedInAnswer } from './named-in-answers.ts';
import { createNewFiles, NEW_FILES_REQUEST } from './new-files.ts';
import type { Doubt, PollAnswer, Probe, RemoteJob, RemoteOperation, Started } from './operation.ts';
import { CLOCK_SLACK_MS } from './operation-context.ts';
import { type Output, readyOutput } from './ready-output.ts';
import { skipMissing } from './skip-missing.ts';

/** The fault of a job that uses add-ons with version 0.6 of the REST API. */
export const ADDONS_NEED_07 = needsApi07('version 0.6 has no add-ons');

type AddonClient = Pick<RestClient, 'addons' | 'files'>;

/**
 * Until this long after the start, the status `unknown` proves nothing, ms: the service may not show the run
 * yet (docs/uploadcare-api.md 8.2).
 */
const UNKNOWN_GRACE_MS = 60_000;
/**
 * Maximum wait for the result of an add-on, counted from the time when the service has reported its end, ms.
 */
const RESULT_WITHIN_MS = 10 * 60_000;
/** Guessed median duration of an add-on, until ucbulk has measured some, ms. */
const TYPICAL_MS = 5000;

/**
 * Creates the operation that runs an add-on on a file. remove_bg makes and charges for a new file each time,
 * and no read can show later that it ran. So if its answer is lost, the item is in doubt. All other add-ons
 * store the time of their last run with the file, so a read shows whether the request had its effect.
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
    // All other add-ons make no file. They store their result with the source file, where ucbulk reads it.
    ...(call.name === 'remove_bg' && {
      namedIn: namedInAnswer,
      newFiles: createNewFiles(client.files, toOutput),
    }),
    async start([item], permit) {
      if (item === undefined) return new Map();
      const begin = async (): Promise<Started> => {
        const { requestId } = await client.addons.execute(call, itemUuid(item), permit);
        return { kind: 'started', token: requestId };
      };
      return new Map([[item.key, await skipMissing(begin())]]);
    },
    async poll(job, signal) {
      const output = toOutput(job);
      if (output !== null) return readyOutput(client.files, output, signal);
      const [requestId = '', doneAt] = job.token.split(' ');
      const status = await client.addons.status(call.name, requestId, signal);
      if (status.state !== 'done') return checkStatus(status, job);
      const now = job.startedAt + job.ageMs;
      const since = doneAt === undefined ? now : Number(doneAt);
      const ended = { job, waitedMs: now - since, token: `${requestId} ${since}` };
      const file = status.fileId;
      if (file !== null) {
        return { kind: 'running', token: `${requestId} ${since} ${file}`, isMade: true };
      }
      return finished(client, call, { ...ended, signal });
    },
  };
}

/**
 * The new file in the token of a job that has ended. Such a token has three parts: the request id, the server
 * time when ucbulk saw the end (ms), and the file.
 */
function toOutput({ token, startedAt, ageMs }: RemoteJob): Output | null {
  const [, doneAt, file] = token.split(' ');
  if (file === undefined) return null;
  const waitedMs = startedAt + ageMs - Number(doneAt);
  return { file, result: { file }, waitedMs, token, sentAt: startedAt };
}

/** The requests for files: the starts, the polls, and reads of the results. */
export function addonRequests(name: AddonCall['name']): StepRequest[] {
  return [
    { endpoint: `POST /addons/${name}/execute/` },
    { endpoint: `GET /addons/${name}/execute/status/`, isPoll: true },
    name === 'remove_bg' ? NEW_FILES_REQUEST : { endpoint: 'GET /files/{uuid}/' },
  ];
}

function createDoubt(client: AddonClient, call: AddonCall): Doubt {
  if (call.name === 'remove_bg') return { class: 'undetectable' };
  return { class: 'detectable', probe: probeAppData(client, call) };
}

/** True if the scan deletes infected files. */
export function isPurge(call: AddonCall): boolean {
  return call.name === 'uc_clamav_virus_scan' && call.params?.purgeInfected === true;
}

/**
 * Creates a probe that reads what the add-on stores with the file: its result, and the time of its last run.
 */
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
    // If our scan had found the file infected, it would have deleted the file. So this result is from another
    // scan, without `purgeInfected`.
    const isLeft = isPurge(call) && app.data['infected'] === true;
    if (isLeft) return { kind: 'did-not-happen' };
    return { kind: 'happened', outcome: { kind: 'done', result: app.data } };
  };
}

/** A run of an add-on that the service reports as ended, although its result may still be missing. */
interface EndedRun {
  readonly job: RemoteJob;
  /** Time since the service reported the end, ms. */
  readonly waitedMs: number;
  /** The token for further polls. */
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * Reads the result that the add-on stores with the file. Waits while the result is missing or is from an
 * earlier run of the add-on. Without this wait, a file whose scan has no result yet could count as clean.
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
