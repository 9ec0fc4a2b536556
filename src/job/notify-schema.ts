// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import * as z from 'zod';
import { parseUrl } from '../core/parse-url.ts';
import { blockSchema, ENV_EXPRESSION as VARIABLE, variableSchema } from './job-value-schemas.ts';

/** The events about which a job can notify somebody. docs/notifications.md explains them. */
export const NOTIFY_EVENTS = ['start', 'success', 'failure', 'attention', 'recovered'] as const;

export type NotifyEvent = (typeof NOTIFY_EVENTS)[number];

const DEFAULT_EVENTS: readonly NotifyEvent[] = ['success', 'failure', 'attention', 'recovered'];
const MAX_TARGETS = 20;

const ADDRESS = { error: 'a URL that begins with https://, or ${{ env.NAME }}' };
const SECRET_ADDRESS = { error: '${{ env.NAME }}: this address is a secret' };

/** An address: the URL itself, or the name of the environment variable that contains it. */
export type NotifyAddress = { readonly env: string } | { readonly url: string };

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

const KINDS = ['webhook', 'slack', 'ping', 'command', 'email'] as const;
const MAX_WORDS = 50;
const COMMAND = { error: 'a list of texts: a program and its arguments' };
const wordSchema = z
  .string(COMMAND)
  .min(1, { error: 'is empty' })
  .max(1000, { error: 'is longer than 1,000 characters' })
  .refine((word) => !word.includes('\u0000'), { error: 'has a NUL character' });

// Only addresses that need no quotes and no encoding, so that none can add to the headers of an e-mail.
const MAIL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}$/;
const mailSchema = z
  .string({ error: 'an e-mail address' })
  .regex(MAIL, { error: 'is not an e-mail address such as ops@example.com' });

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
  command: z
    .array(wordSchema, COMMAND)
    .min(1, { error: 'is empty' })
    .max(MAX_WORDS, { error: `has more than ${MAX_WORDS} words` })
    .optional()
    .describe(
      'A program and its arguments; it gets the JSON document on its standard input. Needs --allow-code, or a trusted folder',
    ),
  email: blockSchema({
    to: z
      .array(mailSchema, { error: 'a list of e-mail addresses' })
      .min(1, { error: 'is empty' })
      .max(MAX_TARGETS, { error: `has more than ${MAX_TARGETS} addresses` })
      .describe('Addresses that get an e-mail, by the program sendmail'),
    from: mailSchema.describe('Address of the sender'),
  })
    .optional()
    .describe('An e-mail, sent by the program sendmail'),
})
  .refine((target) => KINDS.filter((kind) => target[kind] !== undefined).length === 1, {
    error: `needs exactly one of ${KINDS.join(', ')}`,
  })
  .refine(({ webhook, secret }) => secret === undefined || webhook !== undefined, {
    path: ['secret'],
    error: 'belongs to a webhook',
  });

/** The key `notify` of a job file: who is notified about the run. */
export const notifySchema = z
  .array(targetSchema, { error: `a list of blocks, each with one of ${KINDS.join(', ')}` })
  .max(MAX_TARGETS, { error: `has more than ${MAX_TARGETS} blocks` });

export type NotifyTarget = z.output<typeof targetSchema>;

/** The events that a target gets. */
export function eventsOf({ on, ping }: NotifyTarget): readonly NotifyEvent[] {
  return on ?? (ping === undefined ? DEFAULT_EVENTS : NOTIFY_EVENTS);
}

/** True if a target of the job runs a program that the job names. */
export function hasCommand(targets: readonly NotifyTarget[] | undefined): boolean {
  return (targets ?? []).some(({ command }) => command !== undefined);
}
