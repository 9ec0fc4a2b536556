import { z } from 'zod';
import type { ApiResponse } from '../../transport/send.ts';
import { checkAnswer, type RequestInfo } from './check-answer.ts';
import { timestamp } from './timestamp.ts';

/** A webhook of the project. Times are ms since 1970. */
export interface Webhook {
  readonly id: number;
  /** The service's name of the event, which may be unknown to ucbulk. */
  readonly event: string;
  readonly targetUrl: string;
  readonly isActive: boolean;
  /** Never printed: it signs the deliveries. */
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

/** The answer of `POST /webhooks/` and `PUT /webhooks/{id}/`. */
export function parseWebhook(request: RequestInfo, response: ApiResponse): Webhook {
  return checkAnswer(webhook, request, response);
}

/** The answer of `GET /webhooks/`; the order is undefined. */
export function parseWebhooks(request: RequestInfo, response: ApiResponse): readonly Webhook[] {
  return checkAnswer(webhooks, request, response);
}
