// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import * as z from 'zod';
import { parseUrl } from '../core/parse-url.ts';
import { blockSchema } from './job-value-schemas.ts';

/** The events about which a job can notify somebody. docs/notifications.md explains them. */
export const NOTIFY_EVENTS = ['start', 'success', 'failure', 'attention', 'recovered'] as const;

export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

const DEFAULT_EVENTS: readonly NotifyEvent[] = ['success', 'failure', 'attention', 'recovered'];
const MAX_TARGETS = 20;

const VARIABLE = /^\$\{\{\s*env\.([A-Za-z_][A-Za-z0-9_]{0,127})\s*\}\}$/;
const ADDRESS = { error: 'a URL that begins with https://, or ${{ env.NAME }}' };
const SECRET_ADDRESS = { error: '${{ env.NAME }}: this address is a secret' };

/** An address: the URL itself, or the name of the environment variable that contains it. */
export type NotifyAddress = { readonly env: string } | { readonly url: string };

const variableSchema = (error: { readonly error: string }) =>
  z.string(error).transform((text, context): { readonly env: string } => {
    const env = VARIABLE.exec(text)?.[1];
    if (env !== undefined) return { env };
    context.addIssue({ code: 'custom', message: `is not ${error.error}` });
    return z.NEVER;
  });

const addressSchema = z.string(ADDRESS).transform((text, context): NotifyAddress => {
  const env = VARIABLE.exec(text)?.[1];
  if (env !== undefined) return { env };
  if (isNotifyUrl(text)) return { url: text };
  context.addIssue({ code: 'custom', message: `is not ${ADDRESS.error}` });
  return z.NEVER;
});

/** True for a URL that may get notifications. Without TLS, only this machine may get them. */
export function isNotifyUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === null) return false;
  const { protocol, hostname, username, password } = url;
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const targetSchema = blockSchema({
  on: z
    .array(z.enum(NOTIFY_EVENTS, { error: NOTIFY_EVENTS.join(', ') }), {
      error: `a list of ${NOTIFY_EVENTS.join(', ')}`,
    })
    .min(1, { error: 'is empty' })
    .optional()
    .describe('When to tell; all except `start` if absent, and all for a ping'),
  webhook: addressSchema.optional().describe('Address that gets a JSON document with POST'),
  secret: variableSchema({ error: '${{ env.NAME }}: never put a secret in a job file' })
    .optional()
    .describe('Variable with the secret that signs the document of a webhook'),
  slack: variableSchema(SECRET_ADDRESS)
    .optional()
    .describe(
      'Variable with the address of an incoming webhook of Slack, or of a compatible service',
    ),
  ping: addressSchema
    .optional()
    .describe('Address of a check, such as that of healthchecks.io: /start and /fail are added'),
})
  .refine(({ webhook, slack, ping }) => [webhook, slack, ping].filter(Boolean).length === 1, {
    error: 'needs exactly one of webhook, slack and ping',
  })
  .refine(({ webhook, secret }) => secret === undefined || webhook !== undefined, {
    path: ['secret'],
    error: 'belongs to a webhook',
  });

/** The key `notify` of a job file: who is notified about the run. */
export const notifySchema = z
  .array(targetSchema, { error: 'a list of blocks, each with webhook, slack or ping' })
  .max(MAX_TARGETS, { error: `has more than ${MAX_TARGETS} blocks` });

export type NotifyTarget = z.output<typeof targetSchema>;

/** The events that a target gets. */
export function eventsOf({ on, ping }: NotifyTarget): readonly NotifyEvent[] {
  return on ?? (ping === undefined ? DEFAULT_EVENTS : NOTIFY_EVENTS);
}
