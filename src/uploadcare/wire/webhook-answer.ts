import { z } from 'zod';
import type { ApiResponse } from '../../transport/send.ts';
import { type AskedRequest, checkAnswer } from './check-answer.ts';
import { timestamp } from './timestamp.ts';

/** A webhook of the project. Times are ms since 1970. */
export interface Webhook {
  readonly id: number;
  /** As the service spells it: it may have events that we do not know. */
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
export function parseWebhook(request: AskedRequest, response: ApiResponse): Webhook {
  return checkAnswer(webhook, request, response);
}

/** The answer of `GET /webhooks/`, in no order. */
export function parseWebhooks(request: AskedRequest, response: ApiResponse): readonly Webhook[] {
  return checkAnswer(webhooks, request, response);
}
