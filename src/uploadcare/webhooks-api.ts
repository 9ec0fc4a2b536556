import { z } from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { nullIfMissing } from './null-if-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';
import { parseWebhook, parseWebhooks, type Webhook } from './wire/webhook-answer.ts';

/** The events that a webhook can subscribe to. */
export type WebhookEvent =
  | 'file.uploaded'
  | 'file.infected'
  | 'file.stored'
  | 'file.deleted'
  | 'file.info_updated';

/** The settings of a webhook. */
export interface WebhookOptions {
  readonly targetUrl?: string;
  readonly event?: WebhookEvent;
  readonly isActive?: boolean;
  /** At most 32 characters; signs the deliveries. */
  readonly signingSecret?: string;
}

/** The new webhook; `exists` if the project already has one for the same event and URL. */
export type WebhookCreation =
  | { readonly kind: 'created'; readonly webhook: Webhook }
  | { readonly kind: 'exists' };

/** `/webhooks/` (api 9). */
export interface WebhooksApi {
  list(signal: AbortSignal): Promise<readonly Webhook[]>;
  create(
    options: WebhookOptions & Required<Pick<WebhookOptions, 'targetUrl' | 'event'>>,
    permit: SendPermit,
  ): Promise<WebhookCreation>;
  /** Changes the given settings; null if the project does not have the webhook. */
  update(id: number, options: WebhookOptions, permit: SendPermit): Promise<Webhook | null>;
  /** `existed` is false if there was nothing to delete. */
  remove(id: number, permit: SendPermit): Promise<{ existed: boolean }>;
  /** Removes all webhooks of this URL. Having none is not an error. */
  unsubscribe(targetUrl: string, permit: SendPermit): Promise<void>;
}

/** Makes the webhook endpoints for one transport. */
export function createWebhooksApi(send: Send): WebhooksApi {
  return {
    async list(signal) {
      const request = { method: 'GET', target: '/webhooks/', mutates: false, signal } as const;
      return parseWebhooks(request, await send(request));
    },
    async create(options, permit) {
      const request = createChange({ method: 'POST', body: buildBody(options) }, permit);
      try {
        return { kind: 'created', webhook: parseWebhook(request, await send(request)) };
      } catch (error) {
        if (isAlreadySubscribed(error)) return { kind: 'exists' };
        throw error;
      }
    },
    async update(id, options, permit) {
      const request = createChange(
        { method: 'PUT', path: `${id}/`, body: buildBody(options) },
        permit,
      );
      const response = await nullIfMissing(send(request));
      return response === null ? null : parseWebhook(request, response);
    },
    async remove(id, permit) {
      const request = createChange({ method: 'DELETE', path: `${id}/` }, permit);
      return { existed: (await nullIfMissing(send(request))) !== null };
    },
    async unsubscribe(targetUrl, permit) {
      const body = { target_url: targetUrl };
      const request = createChange({ method: 'DELETE', path: 'unsubscribe/', body }, permit);
      checkAnswer(z.null(), request, await send(request));
    },
  };
}

interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path?: string;
  readonly body?: JsonObject;
}

function createChange({ method, path, body }: Change, permit: SendPermit): ApiRequest {
  return {
    method,
    target: `/webhooks/${path ?? ''}`,
    ...(body === undefined ? {} : { body }),
    mutates: true,
    ...permit,
  };
}

function buildBody({ targetUrl, event, isActive, signingSecret }: WebhookOptions): JsonObject {
  return {
    ...(targetUrl === undefined ? {} : { target_url: targetUrl }),
    ...(event === undefined ? {} : { event }),
    ...(isActive === undefined ? {} : { is_active: isActive }),
    ...(signingSecret === undefined ? {} : { signing_secret: signingSecret }),
  };
}

function isAlreadySubscribed(error: unknown): boolean {
  return (
    error instanceof ClassifiedError &&
    error.status === 400 &&
    /already subscribed/i.test(error.message)
  );
}
