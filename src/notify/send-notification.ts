import { createHmac } from 'node:crypto';
import { WireError, type World } from '../core/world.ts';
import { isNotifyUrl, type NotifyAddress, type NotifyTarget } from '../job/notify-schema.ts';
import type { Notification } from './notification.ts';
import { notifyByMail, notifyCommand, type ProgramDependencies } from './send-by-program.ts';

/** The parts of the program that a notification needs. */
export interface NotifyDependencies extends ProgramDependencies {
  readonly world: Pick<World, 'clock' | 'http'>;
}

const DEADLINE_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Waiting times before the second and the third try, ms. */
const PAUSES_MS = [1000, 3000];

/**
 * Notifies one target. Never throws: returns the reason as text if this failed, and null if it did not.
 * The text contains no address, because addresses are often secrets.
 */
export async function sendNotification(
  target: NotifyTarget,
  notification: Notification,
  deps: NotifyDependencies,
): Promise<string | null> {
  if (target.command !== undefined) return notifyCommand(target.command, notification, deps);
  if (target.email !== undefined) return notifyByMail(target.email, notification, deps);
  const request = requestFor(target, notification, deps.env);
  if (typeof request === 'string') return request;
  let reason = await tryOnce(request, deps);
  for (const pause of PAUSES_MS) {
    if (reason === null || !reason.mayPass) break;
    try {
      await deps.world.clock.sleep(pause, deps.signal);
    } catch {
      break;
    }
    reason = await tryOnce(request, deps);
  }
  return reason === null ? null : `${request.what}: ${reason.text}`;
}

interface NotifyRequest {
  /** The kind of the target, for messages. */
  readonly what: string;
  readonly url: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Creates the request for a target, or returns the reason why this is not possible. */
function requestFor(
  target: NotifyTarget,
  notification: Notification,
  env: NotifyDependencies['env'],
): NotifyRequest | string {
  const { webhook, slack, ping } = target;
  if (webhook !== undefined) return webhookRequest(webhook, { target, notification, env });
  if (slack !== undefined) {
    const url = readAddress(slack, env);
    const body = JSON.stringify({ text: notification.text });
    return typeof url === 'string'
      ? `slack: ${url}`
      : { what: 'slack', url, body, headers: JSON_TYPE };
  }
  const url = ping === undefined ? 'has no address' : readAddress(ping, env);
  if (typeof url === 'string') return `ping: ${url}`;
  url.pathname = url.pathname.replace(/\/$/, '') + PING_SUFFIXES[notification.event];
  return { what: 'ping', url, body: notification.text, headers: TEXT_TYPE };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT_TYPE = { 'content-type': 'text/plain; charset=utf-8' };
/** The form of healthchecks.io, which other services have taken over. */
const PING_SUFFIXES = {
  start: '/start',
  success: '',
  recovered: '',
  attention: '/fail',
  failure: '/fail',
} as const;

function webhookRequest(
  address: NotifyAddress,
  {
    target: { secret },
    notification,
    env,
  }: { target: NotifyTarget; notification: Notification; env: NotifyDependencies['env'] },
): NotifyRequest | string {
  const url = readAddress(address, env);
  if (typeof url === 'string') return `webhook: ${url}`;
  const body = JSON.stringify(notification.document);
  if (secret === undefined) return { what: 'webhook', url, body, headers: JSON_TYPE };
  const key = env[secret.env];
  if (key === undefined || key === '') return `webhook: the variable ${secret.env} is not set`;
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  return { what: 'webhook', url, body, headers: { ...JSON_TYPE, 'x-ucbulk-signature': signature } };
}

/** Reads an address; returns the reason as text if it is none. */
function readAddress(address: NotifyAddress, env: NotifyDependencies['env']): URL | string {
  const text = 'env' in address ? env[address.env] : address.url;
  const place = 'env' in address ? `the variable ${address.env}` : 'the job file';
  if (text === undefined || text === '') return `${place} has no address`;
  if (isNotifyUrl(text)) return new URL(text);
  return `${place} needs a URL that begins with https:// and has no user name or password`;
}

/** The reason of a failed try. `mayPass`: another try may succeed. */
interface FailedTry {
  readonly text: string;
  readonly mayPass: boolean;
}

async function tryOnce(
  { url, body, headers }: NotifyRequest,
  { world, signal }: NotifyDependencies,
): Promise<FailedTry | null> {
  try {
    const { status } = await world.http({
      method: 'POST',
      origin: url.origin,
      target: `${url.pathname}${url.search}`,
      headers: { ...headers, 'user-agent': 'ucbulk' },
      body,
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_ANSWER_BYTES,
      signal,
      mayStart: () => true,
    });
    return judgeStatus(status);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    // The status shows whether the target got the notification, even if the rest is too long or too slow.
    if (error.status !== null) return judgeStatus(error.status);
    const text = error.code === 'deadline' ? 'no answer within 10 s' : `no answer (${error.code})`;
    return { text, mayPass: !signal.aborted };
  }
}

function judgeStatus(status: number): FailedTry | null {
  if (status < 300) return null;
  if (status < 400) {
    return { text: `it redirects (${status}); use the final address`, mayPass: false };
  }
  return { text: `the answer was ${status}`, mayPass: status === 429 || status >= 500 };
}
