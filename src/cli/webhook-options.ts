import type { InferredOptionTypes } from 'yargs';
import { parseUrl } from '../core/parse-url.ts';
import { present } from '../core/present.ts';
import { UserError } from '../core/user-error.ts';
import { WEBHOOK_EVENTS, type WebhookOptions } from '../run/open-client.ts';
import { PROJECT_OPTIONS } from './connection-options.ts';
import { text } from './option-values.ts';

const MAX_SECRET = 32;

/** Options of the commands that create or change a webhook. */
export const WEBHOOK_OPTIONS = {
  ...PROJECT_OPTIONS,
  event: { choices: WEBHOOK_EVENTS, requiresArg: true, describe: 'Event that calls the URL' },
  active: { type: 'boolean', describe: 'Turn the webhook on; --no-active pauses it' },
  'signing-secret': {
    type: 'string',
    requiresArg: true,
    coerce: text('signing-secret'),
    describe: `Secret that signs each call, at most ${MAX_SECRET} characters; in the variable, it is hidden from other users of this machine`,
  },
} as const;

/** The parsed values of `WEBHOOK_OPTIONS`. */
export type WebhookFlags = InferredOptionTypes<typeof WEBHOOK_OPTIONS>;

/** Checks the flags and returns them as options for the Uploadcare API. */
export function webhookSettings(
  flags: Pick<WebhookFlags, 'event' | 'active' | 'signing-secret'> & {
    readonly targetUrl?: string | undefined;
  },
): WebhookOptions {
  const { event, active: isActive, targetUrl } = flags;
  const signingSecret = flags['signing-secret'];
  if (signingSecret !== undefined && signingSecret.length > MAX_SECRET) {
    throw new UserError(
      'usage',
      `--signing-secret has ${signingSecret.length} characters; the service takes at most ${MAX_SECRET}.`,
    );
  }
  return {
    ...(targetUrl !== undefined && { targetUrl: checkTargetUrl(targetUrl) }),
    ...present({ event, isActive, signingSecret }),
  };
}

/** Throws if a text is not an HTTP or HTTPS URL. The service checks everything else about the URL. */
export function checkTargetUrl(given: string): string {
  const protocol = parseUrl(given)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return given;
  throw new UserError(
    'usage',
    `A webhook's URL looks like https://example.com/hook, got \`${given.slice(0, 100)}\`.`,
  );
}

/** Parses the id of a webhook, as `webhooks list` prints it. */
export function parseWebhookId(given: string): number {
  const id = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(id)) return id;
  throw new UserError(
    'usage',
    `A webhook's id is a number, got \`${given.slice(0, 100)}\`. \`ucbulk webhooks list\` prints them.`,
  );
}
