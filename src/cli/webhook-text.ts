import { present } from '../core/present.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Webhook } from '../run/open-client.ts';
import type { ResultDocument } from './output.ts';
import { formatInstant, textTable } from './text-table.ts';

/** Returns a webhook as the JSON document that `--json` prints. Leaves out its signing secret. */
export function webhookDocument(webhook: Webhook, change?: string): ResultDocument {
  const { signingSecret, createdAt, updatedAt, version, ...facts } = webhook;
  return {
    type: 'webhook',
    ...present({ change }),
    ...facts,
    apiVersion: version,
    isSigned: signingSecret !== null && signingSecret !== '',
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

/** Formats a table with one row for each webhook. */
export function webhooksTable(webhooks: readonly Webhook[]): string {
  const rows = webhooks.map((webhook) => [
    String(webhook.id),
    plainText(webhook.event),
    webhook.isActive ? 'yes' : 'no',
    webhook.signingSecret === null || webhook.signingSecret === '' ? 'no' : 'yes',
    plainText(webhook.targetUrl),
  ]);
  return textTable([['ID', 'EVENT', 'ACTIVE', 'SIGNED', 'TARGET'], ...rows]);
}
