import * as z from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { nullIfMissing } from './null-if-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';
import { parseWebhook, parseWebhooks, type Webhook } from './wire/webhook-answer.ts';

/** The events for which a project can have webhooks. */
export type WebhookEvent =
  | 'file.uploaded'
  | 'file.infected'
  | 'file.stored'
  | 'file.deleted'
  | 'file.info_updated';

export interface WebhookOptions {
  readonly targetUrl?: string;
  readonly event?: WebhookEvent;
  readonly isActive?: boolean;
  /** A secret of at most 32 characters. The service signs the requests to the webhook with it. */
  readonly signingSecret?: string;
}

/**
 * The result of creating a webhook. `exists` means that the project already has a webhook with this event and
 * URL.
 */
export type WebhookCreation =
  | { readonly kind: 'created'; readonly webhook: Webhook }
  | { readonly kind: 'exists' };

/** The endpoints below `/webhooks/` (docs/uploadcare-api.md 9). */
export interface WebhooksApi {
  list(signal: AbortSignal): Promise<readonly Webhook[]>;
  create(
    options: WebhookOptions & Required<Pick<WebhookOptions, 'targetUrl' | 'event'>>,
    permit: SendPermit,
  ): Promise<WebhookCreation>;
  /** Changes only the given settings. Returns null if the project does not contain the webhook. */
  update(id: number, options: WebhookOptions, permit: SendPermit): Promise<Webhook | null>;
  /** Deletes a webhook. `existed` is false if it did not exist. */
  remove(id: number, permit: SendPermit): Promise<{ existed: boolean }>;
  /** Deletes all webhooks with this URL. It is not an error if there are none. */
  unsubscribe(targetUrl: string, permit: SendPermit): Promise<void>;
}

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
