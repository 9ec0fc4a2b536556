import { z } from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { orMissing } from './or-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';
import { parseWebhook, parseWebhooks, type Webhook } from './wire/webhook-answer.ts';

/** What a webhook can be told of. */
export type WebhookEvent =
  | 'file.uploaded'
  | 'file.infected'
  | 'file.stored'
  | 'file.deleted'
  | 'file.info_updated';

/** What can be set of a webhook. */
export interface WebhookOptions {
  readonly targetUrl?: string;
  readonly event?: WebhookEvent;
  readonly isActive?: boolean;
  /** At most 32 characters; deliveries are signed with it. */
  readonly signingSecret?: string;
}

/** A new webhook, or the project's earlier one for the same event and URL. */
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
  /** Changes what is given; null where the project has no such webhook. */
  update(id: number, options: WebhookOptions, permit: SendPermit): Promise<Webhook | null>;
  /** `existed` is false where there was nothing to delete. */
  remove(id: number, permit: SendPermit): Promise<{ existed: boolean }>;
  /** Removes every webhook of this URL; none is no error. */
  unsubscribe(targetUrl: string, permit: SendPermit): Promise<void>;
}

/** The webhook endpoints over one transport. */
export function createWebhooksApi(send: Send): WebhooksApi {
  return {
    async list(signal) {
      const request = { method: 'GET', target: '/webhooks/', mutates: false, signal } as const;
      return parseWebhooks(request, await send({ ...request, lane: 'list' }));
    },
    async create(options, permit) {
      const request = changeOf({ method: 'POST', body: bodyOf(options) }, permit);
      try {
        return { kind: 'created', webhook: parseWebhook(request, await send(request)) };
      } catch (error) {
        if (isSubscribed(error)) return { kind: 'exists' };
        throw error;
      }
    },
    async update(id, options, permit) {
      const request = changeOf({ method: 'PUT', path: `${id}/`, body: bodyOf(options) }, permit);
      const response = await orMissing(send(request));
      return response === null ? null : parseWebhook(request, response);
    },
    async remove(id, permit) {
      const request = changeOf({ method: 'DELETE', path: `${id}/` }, permit);
      return { existed: (await orMissing(send(request))) !== null };
    },
    async unsubscribe(targetUrl, permit) {
      const body = { target_url: targetUrl };
      const request = changeOf({ method: 'DELETE', path: 'unsubscribe/', body }, permit);
      checkAnswer(z.null(), request, await send(request));
    },
  };
}

interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path?: string;
  readonly body?: JsonObject;
}

function changeOf({ method, path, body }: Change, permit: SendPermit): ApiRequest {
  return {
    method,
    target: `/webhooks/${path ?? ''}`,
    ...(body === undefined ? {} : { body }),
    mutates: true,
    lane: 'mutate',
    ...permit,
  };
}

function bodyOf({ targetUrl, event, isActive, signingSecret }: WebhookOptions): JsonObject {
  return {
    ...(targetUrl === undefined ? {} : { target_url: targetUrl }),
    ...(event === undefined ? {} : { event }),
    ...(isActive === undefined ? {} : { is_active: isActive }),
    ...(signingSecret === undefined ? {} : { signing_secret: signingSecret }),
  };
}

function isSubscribed(error: unknown): boolean {
  return (
    error instanceof ClassifiedError &&
    error.status === 400 &&
    /already subscribed/i.test(error.message)
  );
}
