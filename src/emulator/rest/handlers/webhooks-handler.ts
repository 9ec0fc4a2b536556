import { parseUrl } from '../../core/parse-url.ts';
import { refusals } from '../../protocol/rest-refusals.ts';
import {
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
  webhookJson,
} from '../../webhooks/webhook-event.ts';
import type { Answer, Exchange } from '../exchange.ts';

type Fields = Readonly<Record<string, unknown>>;
type WebhookChanges = Partial<Pick<Webhook, 'event' | 'targetUrl' | 'isActive' | 'signingSecret'>>;

const SECRET_LIMIT = 32;

/**
 * Answers `GET /webhooks/` with all webhooks at once, without pages. The real service returns them in no
 * fixed order (docs/uploadcare-api.md 9).
 */
export function listWebhooks(exchange: Exchange): Answer {
  checkAllowed(exchange);
  const hooks = exchange.project.webhooks.list().map((hook) => jsonOf(exchange, hook));
  return { status: 200, body: JSON.stringify(hooks) };
}

/**
 * Answers `GET /webhooks/{id}/`. Assumption: the endpoint exists, because the `Allow` header of the service
 * lists GET. No recording of the real service shows such a request.
 */
export function webhookInfo(exchange: Exchange): Answer {
  return hookAnswer(exchange, 200, hookOfPath(exchange));
}

/** Answers `POST /webhooks/` with 201. The body can be a form or JSON (docs/uploadcare-api.md 9). */
export function createWebhook(exchange: Exchange): Answer {
  checkAllowed(exchange);
  const fields = readFields(exchange);
  if (isEmpty(fields['target_url'])) throw refusals.badRequest('`target_url` is missing.');
  if (isEmpty(fields['event'])) throw refusals.badRequest('`event` is missing.');
  const { event = 'file.uploaded', targetUrl = '', ...changes } = readChanges(exchange, fields);
  const { webhooks } = exchange.project;
  if (webhooks.isTaken({ event, targetUrl })) throw alreadySubscribed();
  const hook = webhooks.add({
    event,
    targetUrl,
    isActive: changes.isActive ?? true,
    signingSecret: changes.signingSecret ?? null,
    version: exchange.version,
    createdAt: exchange.now,
    updatedAt: exchange.now,
  });
  exchange.record('webhook', hook.id, true, 'create');
  return hookAnswer(exchange, 201, hook);
}

/**
 * Answers `PUT /webhooks/{id}/`. Fields that the body does not have stay unchanged (docs/uploadcare-api.md
 * 9).
 */
export function changeWebhook(exchange: Exchange): Answer {
  const hook = hookOfPath(exchange);
  const changes = readChanges(exchange, readFields(exchange));
  const { webhooks } = exchange.project;
  if (webhooks.isTaken({ ...hook, ...changes })) throw alreadySubscribed();
  const changed = webhooks.change(hook.id, { ...changes, updatedAt: exchange.now });
  exchange.record('webhook', hook.id, true, 'update');
  return hookAnswer(exchange, 200, changed);
}

/** Answers `DELETE /webhooks/{id}/` (docs/uploadcare-api.md 9). */
export function deleteWebhook(exchange: Exchange): Answer {
  const { id } = hookOfPath(exchange);
  exchange.project.webhooks.remove(id);
  exchange.record('webhook', id, true, 'delete');
  return { status: 204, body: '' };
}

/**
 * Answers `DELETE /webhooks/unsubscribe/`: removes all webhooks with the given URL. The answer is 204 even if
 * there are none (docs/uploadcare-api.md 9).
 */
export function unsubscribe(exchange: Exchange): Answer {
  checkAllowed(exchange);
  const targetUrl = readFields(exchange)['target_url'];
  if (isEmpty(targetUrl)) throw refusals.badRequest('`target_url` is missing.');
  const { webhooks } = exchange.project;
  for (const hook of webhooks.list()) {
    if (hook.targetUrl !== targetUrl) continue;
    webhooks.remove(hook.id);
    exchange.record('webhook', hook.id, true, 'delete');
  }
  return { status: 204, body: '' };
}

function checkAllowed({ project }: Exchange): void {
  if (!project.areWebhooksAllowed) throw refusals.webhooksDenied();
}

function hookOfPath(exchange: Exchange): Webhook {
  checkAllowed(exchange);
  const id = exchange.param(0);
  const hook = /^\d+$/.test(id) ? exchange.project.webhooks.find(Number(id)) : undefined;
  if (hook === undefined) throw refusals.notFound();
  return hook;
}

function readFields(exchange: Exchange): Fields {
  const isForm = exchange.request.headers['content-type']?.startsWith(
    'application/x-www-form-urlencoded',
  );
  return isForm ? formFields(exchange.request.body.toString()) : exchange.jsonObject();
}

// Checks the fields of a webhook in a request. Assumption: for an invalid field, the service sends the
// default text of Django REST framework. No recording of the real service shows these errors.
function readChanges({ version }: Exchange, fields: Fields): WebhookChanges {
  const { event, target_url: targetUrl, is_active: isActive, signing_secret: secret } = fields;
  return {
    ...(event === undefined ? {} : { event: readEvent(event, version) }),
    ...(targetUrl === undefined ? {} : { targetUrl: readUrl(targetUrl) }),
    ...(isActive === undefined ? {} : { isActive: readFlag(isActive) }),
    ...(secret === undefined ? {} : { signingSecret: readSecret(secret) }),
  };
}

// Reads the name of an event. v0.6 has only the first event, `file.uploaded` (vendor's documentation, page
// `docs/webhooks`).
function readEvent(value: unknown, version: string): WebhookEvent {
  const known = version === '0.6' ? WEBHOOK_EVENTS.slice(0, 1) : WEBHOOK_EVENTS;
  const event = known.find((name) => name === value);
  if (event === undefined) {
    throw refusals.fields({ event: [`"${String(value)}" is not a valid choice.`] });
  }
  return event;
}

function readUrl(value: unknown): string {
  if (typeof value !== 'string' || !/^https?:\/\//.test(value) || parseUrl(value) === null) {
    throw refusals.fields({ target_url: ['Enter a valid URL.'] });
  }
  return value;
}

function readFlag(value: unknown): boolean {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw refusals.fields({ is_active: ['Must be a valid boolean.'] });
}

function readSecret(value: unknown): string | null {
  if (isEmpty(value)) return null;
  const secret = String(value);
  if (secret.length <= SECRET_LIMIT) return secret;
  throw refusals.fields({
    signing_secret: [`Ensure this field has no more than ${SECRET_LIMIT} characters.`],
  });
}

function alreadySubscribed() {
  const messages = ['This project is already subscribed on this event'];
  return refusals.fields({ non_field_errors: messages });
}

function hookAnswer(exchange: Exchange, status: number, hook: Webhook): Answer {
  return { status, body: JSON.stringify(jsonOf(exchange, hook)) };
}

function jsonOf({ project, version }: Exchange, hook: Webhook): object {
  return webhookJson(hook, project.id, version);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** The fields of a body in form encoding (docs/uploadcare-api.md 9). All values are strings. */
function formFields(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(text));
}
