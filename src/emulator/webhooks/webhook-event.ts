import { createHmac } from 'node:crypto';
import type { ApiVersion } from '../protocol/api-version.ts';
import { formatInstant } from '../protocol/wire-instant.ts';

/** The events for which a client can create a webhook (docs/uploadcare-api.md 9). */
export const WEBHOOK_EVENTS = [
  'file.uploaded',
  'file.infected',
  'file.stored',
  'file.deleted',
  'file.info_updated',
] as const;

/** The name of an event that webhooks report. */
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** A webhook: a URL that receives a POST for each event of one kind. Times are in microseconds since 1970. */
export interface Webhook {
  readonly id: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly event: WebhookEvent;
  readonly targetUrl: string;
  readonly isActive: boolean;
  readonly signingSecret: string | null;
  readonly version: ApiVersion;
}

/**
 * The cause of an event: a request (`api`), the service itself (`system`), or an add-on or conversion
 * (`addon`).
 */
export interface Initiator {
  readonly type: 'api' | 'system' | 'addon';
  readonly requestId: string | null;
  /** The name of the add-on or conversion, e.g. `remove_bg` or `zamzar_convert_document`. */
  readonly addon?: string;
  readonly sourceUuid?: string;
}

/** A POST request that reports an event to a webhook's URL, and its result. */
export interface WebhookDelivery {
  readonly webhook: number;
  readonly event: WebhookEvent;
  readonly targetUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Emulated time of the event, in microseconds since 1970. */
  readonly at: number;
  /**
   * `refused` means that the URL is not on this machine, so the emulator did not send the request. `failed`
   * means that there was no answer.
   */
  state: 'waiting' | 'sent' | 'refused' | 'failed';
  /** HTTP status of the receiver's answer. Null if there is no answer. */
  status: number | null;
}

/** The JSON of a webhook in the API. Only v0.7 has the field `version` (docs/uploadcare-api.md 9). */
export function webhookJson(hook: Webhook, project: number, version: ApiVersion): object {
  return {
    id: hook.id,
    created: formatInstant(hook.createdAt),
    updated: formatInstant(hook.updatedAt),
    event: hook.event,
    target_url: hook.targetUrl,
    project,
    is_active: hook.isActive,
    signing_secret: hook.signingSecret,
    ...(version === '0.6' ? {} : { version: hook.version }),
  };
}

/**
 * The body of a delivery (docs/uploadcare-api.md 9). Its format is an assumption: no recording of the real
 * service shows a delivery.
 */
export function deliveryBody(parts: {
  readonly hook: Webhook;
  readonly project: { readonly id: number; readonly publicKey: string };
  readonly initiator: Initiator;
  /** The JSON of the file, including its appdata. */
  readonly file: string;
  readonly cdnUrl: string;
  readonly previous?: object;
}): string {
  const { hook, project, initiator } = parts;
  const { addon = null, sourceUuid } = initiator;
  const detail = { request_id: initiator.requestId, addon_name: addon };
  const source = sourceUuid === undefined ? {} : { source_file_uuid: sourceUuid };
  const head = {
    initiator: { type: initiator.type, detail: { ...detail, ...source } },
    hook: {
      id: hook.id,
      project_id: project.id,
      project_pub_key: project.publicKey,
      target: hook.targetUrl,
      event: hook.event,
      is_active: hook.isActive,
      version: hook.version,
      created_at: formatInstant(hook.createdAt),
      updated_at: formatInstant(hook.updatedAt),
    },
  };
  const previous =
    parts.previous === undefined ? '' : `,"previous_values":${JSON.stringify(parts.previous)}`;
  const start = JSON.stringify(head).slice(0, -1);
  return `${start},"data":${parts.file},"file":${JSON.stringify(parts.cdnUrl)}${previous}}`;
}

/** The signature header of a delivery: HMAC-SHA256 of the body's exact bytes (docs/uploadcare-api.md 9). */
export function deliverySignature(secret: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
