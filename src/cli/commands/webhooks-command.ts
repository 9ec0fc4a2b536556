import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { plainText } from '../../progress/terminal-text.ts';
import type {
  ProjectClient,
  Webhook,
  WebhookEvent,
  WebhookOptions,
} from '../../run/open-client.ts';
import { withCheckedVariables } from '../check-variables.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { PROJECT_OPTIONS, type ProjectFlags } from '../connection-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import type { ResultDocument } from '../output.ts';
import {
  checkTargetUrl,
  parseWebhookId,
  WEBHOOK_OPTIONS,
  type WebhookFlags,
  webhookSettings,
} from '../webhook-options.ts';
import { webhookDocument, webhooksTable } from '../webhook-text.ts';
import { withClient } from '../with-client.ts';

/** `webhooks …`: lists and changes the webhooks of the project, without creating a run. */
export function webhooksCommand(given: CommandHost): CommandParts<object> {
  const host = withCheckedVariables(given);
  return {
    builder: (yargs) =>
      yargs
        .command(listCommand(host))
        .command(createCommand(host))
        .command(updateCommand(host))
        .command(deleteCommand(host))
        .command(unsubscribeCommand(host))
        .demandCommand(1, 'Which command? `ucbulk webhooks --help` lists them.'),
    handler: () => undefined,
  };
}

function listCommand(host: CommandHost): CommandModule<object, ProjectFlags> {
  return {
    command: 'list',
    describe: 'List all webhooks of the project',
    builder: (yargs) =>
      yargs
        .options(host.options(PROJECT_OPTIONS))
        .epilogue(helpExamples([['$0 webhooks list --json', 'One document per webhook']])),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { output } = invocation;
        const found = await withClient(invocation, flags, ({ webhooks }) => webhooks.list());
        const webhooks = found.toSorted((one, other) => one.id - other.id);
        if (output.json) for (const hook of webhooks) output.result(webhookDocument(hook), noText);
        else if (webhooks.length === 0) output.info('The project has no webhooks.');
        else output.text(() => webhooksTable(webhooks));
        return 0;
      }),
  };
}

type UrlFlags = ProjectFlags & { url: string };
type CreateFlags = WebhookFlags & { url: string; event: WebhookEvent };

function createCommand(host: CommandHost): CommandModule<object, CreateFlags> {
  return {
    command: 'create <url>',
    describe: 'Create a webhook: a URL that Uploadcare calls on an event',
    builder: (yargs) =>
      urlArgument(yargs)
        .options(host.options(WEBHOOK_OPTIONS))
        .demandOption('event')
        .epilogue(
          helpExamples([
            [
              '$0 webhooks create https://example.com/hook --event file.uploaded',
              'Call it on uploads',
            ],
          ]),
        ) as Argv<CreateFlags>,
    handler: (flags) => host.invoke(flags, (invocation) => create(invocation, flags)),
  };
}

async function create(
  invocation: Invocation,
  flags: ArgumentsCamelCase<CreateFlags>,
): Promise<ExitCode> {
  const targetUrl = checkTargetUrl(flags.url);
  const wanted = { ...webhookSettings(flags), targetUrl, event: flags.event };
  const { change, webhook } = await withClient(invocation, flags, async ({ webhooks }) => {
    const creation = await webhooks.create(wanted);
    return creation.kind === 'created'
      ? { change: 'created', webhook: creation.webhook }
      : { change: 'exists', webhook: await findExisting(webhooks, wanted) };
  });
  print(invocation, webhook, change);
  return 0;
}

/**
 * Finds the webhook for an event and a URL (a project has at most one). Throws if its settings are not the
 * wanted ones.
 */
async function findExisting(
  webhooks: ProjectClient['webhooks'],
  wanted: WebhookOptions & { targetUrl: string },
): Promise<Webhook> {
  const { targetUrl, event, isActive, signingSecret } = wanted;
  const found = (await webhooks.list()).find(
    (webhook) => webhook.targetUrl === targetUrl && webhook.event === event,
  );
  if (found === undefined) {
    throw new UserError(
      'usage',
      'The service reports that this webhook exists, but does not list it. Run the command again later.',
    );
  }
  const differs = [
    ...(isActive === undefined || isActive === found.isActive ? [] : ['--active']),
    ...(signingSecret === undefined || signingSecret === found.signingSecret
      ? []
      : ['--signing-secret']),
  ];
  if (differs.length === 0) return found;
  throw new UserError(
    'usage',
    `Webhook ${found.id} has this URL and event, but differs in ${differs.join(' and ')}. Nothing was changed. To change it: ucbulk webhooks update ${found.id} ${differs.join(' … ')} …`,
  );
}

type UpdateFlags = WebhookFlags & { id: string; 'target-url': string | undefined };

function updateCommand(host: CommandHost): CommandModule<object, UpdateFlags> {
  const options = {
    ...WEBHOOK_OPTIONS,
    'target-url': { type: 'string', requiresArg: true, describe: 'New URL of the webhook' },
  } as const;
  return {
    command: 'update <id>',
    describe: 'Change a webhook; settings that are not given stay',
    builder: (yargs) =>
      idArgument(yargs)
        .options(host.options(options))
        .epilogue(helpExamples([['$0 webhooks update 7 --no-active', 'Pause it']])),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const id = parseWebhookId(flags.id);
        const change = webhookSettings(flags);
        if (Object.keys(change).length === 0) {
          throw new UserError(
            'usage',
            'Nothing to change. Name --target-url, --event, --active, --no-active or --signing-secret.',
          );
        }
        const webhook = await withClient(invocation, flags, ({ webhooks }) =>
          webhooks.update(id, change),
        );
        if (webhook === null) throw noSuchWebhook(id);
        print(invocation, webhook, 'updated');
        return 0;
      }),
  };
}

function deleteCommand(host: CommandHost): CommandModule<object, ProjectFlags & { id: string }> {
  return {
    command: 'delete <id>',
    describe: 'Delete a webhook',
    builder: (yargs) =>
      idArgument(yargs)
        .options(host.options(PROJECT_OPTIONS))
        .epilogue(helpExamples([['$0 webhooks delete 7', 'Delete the webhook with id 7']])),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const id = parseWebhookId(flags.id);
        const { existed } = await withClient(invocation, flags, ({ webhooks }) =>
          webhooks.remove(id),
        );
        if (!existed) throw noSuchWebhook(id);
        const document: ResultDocument = { type: 'webhook', change: 'deleted', id };
        invocation.output.result(document, () => `Webhook ${id} is deleted.`);
        return 0;
      }),
  };
}

function unsubscribeCommand(host: CommandHost): CommandModule<object, UrlFlags> {
  return {
    command: 'unsubscribe <url>',
    describe: 'Delete all webhooks of a URL; succeeds if there are none',
    builder: (yargs) =>
      urlArgument(yargs)
        .options(host.options(PROJECT_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 webhooks unsubscribe https://example.com/hook', 'Never call it again'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const targetUrl = checkTargetUrl(flags.url);
        await withClient(invocation, flags, ({ webhooks }) => webhooks.unsubscribe(targetUrl));
        const document: ResultDocument = { type: 'webhook', change: 'unsubscribed', targetUrl };
        invocation.output.result(
          document,
          () => `No webhook calls ${plainText(targetUrl)} any more.`,
        );
        return 0;
      }),
  };
}

function urlArgument(yargs: Argv) {
  return yargs.positional('url', {
    type: 'string',
    demandOption: true,
    describe: 'URL of the webhook: https://…',
  });
}

function idArgument(yargs: Argv) {
  return yargs.positional('id', {
    type: 'string',
    demandOption: true,
    describe: 'Id from `ucbulk webhooks list`',
  });
}

function print({ output }: Invocation, webhook: Webhook, change: string): void {
  const words = { exists: 'exists already; nothing was changed' }[change] ?? `is ${change}`;
  output.result(
    webhookDocument(webhook, change),
    () => `Webhook ${webhook.id} ${words}.\n${webhooksTable([webhook])}`,
  );
}

function noSuchWebhook(id: number): UserError {
  return new UserError(
    'not-found',
    `The project has no webhook ${id}. \`ucbulk webhooks list\` lists all of them.`,
  );
}

function noText(): string {
  return '';
}
