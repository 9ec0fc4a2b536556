import * as z from 'zod';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { timestamp } from './timestamp.ts';

/** A webhook of the project. Times are in ms since 1970. */
export interface Webhook {
  readonly id: number;
  /** The name of the event. ucbulk may not know it, because the service can add events. */
  readonly event: string;
  readonly targetUrl: string;
  readonly isActive: boolean;
  /** The secret with which the service signs requests to the webhook. ucbulk never prints it. */
  readonly signingSecret: string | null;
  readonly version: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const webhook = z
  .object({
    id: z.int(),
    event: z.string(),
    target_url: z.string(),
    is_active: z.boolean(),
    signing_secret: z.string().nullish(),
    version: z.string().nullish(),
    created: timestamp,
    updated: timestamp,
  })
  .transform(
    (hook): Webhook => ({
      id: hook.id,
      event: hook.event,
      targetUrl: hook.target_url,
      isActive: hook.is_active,
      signingSecret: hook.signing_secret ?? null,
      version: hook.version ?? null,
      createdAt: hook.created,
      updatedAt: hook.updated,
    }),
  );

const webhooks = z.array(webhook);

/** Parses the answer to `POST /webhooks/` and to `PUT /webhooks/{id}/`. */
export function parseWebhook(request: RequestInfo, response: ApiResponse): Webhook {
  return checkAnswer(webhook, request, response);
}

/** Parses the answer to `GET /webhooks/`. The order of the webhooks is not defined. */
export function parseWebhooks(request: RequestInfo, response: ApiResponse): readonly Webhook[] {
  return checkAnswer(webhooks, request, response);
}
