import { type ApiVersion, DEFAULT_API_VERSION } from '../core/api-version.ts';
import type { Connection } from '../core/connection.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import type { WaitEvent } from '../core/wait.ts';
import type { World } from '../core/world.ts';
import { createAdaptiveRate } from '../transport/adaptive-rate.ts';
import { restApi } from '../transport/api-dialect.ts';
import { createBottleneckGate } from '../transport/bottleneck-gate.ts';
import { createTransport } from '../transport/create-transport.ts';
import { parseCredentials } from '../uploadcare/credentials.ts';
import type { PageStart } from '../uploadcare/files-api.ts';
import { createRestClient } from '../uploadcare/rest-client.ts';
import { createSigner, createSimpleSigner } from '../uploadcare/signature.ts';
import type { WebhookCreation, WebhookEvent, WebhookOptions } from '../uploadcare/webhooks-api.ts';
import type { ProjectInfo } from '../uploadcare/wire/project-info.ts';
import type { Webhook } from '../uploadcare/wire/webhook-answer.ts';
import { toolVersion } from './tool-version.ts';

export type { ProjectInfo, Webhook, WebhookCreation, WebhookEvent, WebhookOptions };

/** The events for which a webhook can be created. */
export const WEBHOOK_EVENTS = [
  'file.uploaded',
  'file.infected',
  'file.stored',
  'file.deleted',
  'file.info_updated',
] as const satisfies readonly WebhookEvent[];

/**
 * Sends single requests to a project, outside of a run, without a ledger. If the answer to a change was lost,
 * the method rejects with `effect: unknown` and does not repeat the change. Read the project to find out
 * whether the change was made.
 */
export interface ProjectClient {
  project(): Promise<ProjectInfo>;
  /** Reads a file; null if the project has no such file. For a removed file, `removedAt` is set. */
  file(uuid: FileUuid): Promise<FileFacts | null>;
  /** Reads one page of the listing of files. */
  files(start: PageStart): Promise<{ readonly files: readonly FileFacts[]; next: string | null }>;
  readonly webhooks: {
    list(): Promise<readonly Webhook[]>;
    create(
      options: WebhookOptions & Required<Pick<WebhookOptions, 'targetUrl' | 'event'>>,
    ): Promise<WebhookCreation>;
    /** Changes the given options of a webhook; null if the project has no such webhook. */
    update(id: number, options: WebhookOptions): Promise<Webhook | null>;
    /** Deletes a webhook. `existed` is false if the project had no such webhook. */
    remove(id: number): Promise<{ existed: boolean }>;
    /** Removes every webhook with this URL. Succeeds even if there is none. */
    unsubscribe(targetUrl: string): Promise<void>;
  };
  close(): Promise<void>;
}

/** Options of `openClient`. */
export interface ClientOptions {
  readonly world: World;
  readonly connection: Connection;
  /** Aborts requests in progress. */
  readonly signal?: AbortSignal;
  /** Version of the REST API; default 0.7. */
  readonly apiVersion?: ApiVersion;
  /** How long to retry while the service can't be reached, ms; default 10 s. */
  readonly offlineForMs?: number;
  /** Called when a pause of more than 2 s begins, changes or ends. */
  readonly onWait?: (event: WaitEvent) => void;
}

const OFFLINE_FOR_MS = 10_000;
const THROTTLED_FOR_MS = 120_000; // short, because a person waits for the command

/** Opens a project for single requests outside of a run. Close the client when you no longer need it. */
export function openClient(options: ClientOptions): ProjectClient {
  const { world, connection, signal = new AbortController().signal } = options;
  const { restOrigin: origin, publicKey, secretKey, auth } = connection;
  const credentials = parseCredentials(publicKey, secretKey);
  const { clock, random } = world;
  const gate = createBottleneckGate({ clock, random, rate: createAdaptiveRate() });
  const { send } = createTransport({
    world,
    origin,
    dialect: restApi(options.apiVersion ?? DEFAULT_API_VERSION),
    signer: auth === 'simple' ? createSimpleSigner(credentials, origin) : createSigner(credentials),
    gate,
    userAgent: `ucbulk/${toolVersion()}`,
    redact: createRedactor([secretKey]),
    limits: {
      unreachableMs: options.offlineForMs ?? OFFLINE_FOR_MS,
      throttledMs: THROTTLED_FOR_MS,
    },
    onEvent: (event) => {
      if (event.kind === 'waiting') options.onWait?.(event);
    },
  });
  const { project, files, webhooks } = createRestClient(send, { origin });
  const permit = { signal, beforeSend: async () => undefined };
  return {
    project: () => project.info(signal),
    file: (uuid) => files.fileInfo(uuid, signal),
    files: (start) => files.listPage(start, signal),
    webhooks: {
      list: () => webhooks.list(signal),
      create: (wanted) => webhooks.create(wanted, permit),
      update: (id, wanted) => webhooks.update(id, wanted, permit),
      remove: (id) => webhooks.remove(id, permit),
      unsubscribe: (targetUrl) => webhooks.unsubscribe(targetUrl, permit),
    },
    close: () => gate.close(),
  };
}
