import type { Connection } from '../core/connection.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import { createRedactor } from '../core/redact-secrets.ts';
import type { World } from '../core/world.ts';
import { createAdaptiveRate } from '../transport/adaptive-rate.ts';
import { createTransport } from '../transport/create-transport.ts';
import { createBottleneckGate } from '../transport/rate-limiter.ts';
import { parseCredentials } from '../uploadcare/credentials.ts';
import type { PageStart } from '../uploadcare/files-api.ts';
import { createRestClient } from '../uploadcare/rest-client.ts';
import { createSigner, createSimpleSigner } from '../uploadcare/signature.ts';
import type { WebhookCreation, WebhookEvent, WebhookOptions } from '../uploadcare/webhooks-api.ts';
import type { ProjectInfo } from '../uploadcare/wire/project-info.ts';
import type { Webhook } from '../uploadcare/wire/webhook-answer.ts';
import { toolVersion } from './tool-version.ts';

export type { ProjectInfo, Webhook, WebhookCreation, WebhookEvent, WebhookOptions };

/** What a webhook can be told of, as of this version. */
export const WEBHOOK_EVENTS = [
  'file.uploaded',
  'file.infected',
  'file.stored',
  'file.deleted',
  'file.info_updated',
] as const satisfies readonly WebhookEvent[];

/**
 * What is asked of a project without a run: one request each. No ledger knows of them, so a change
 * whose answer was lost (`effect: unknown`) is not sent again; a look at the project tells.
 */
export interface ProjectClient {
  project(): Promise<ProjectInfo>;
  /** null where the project has no such file; a removed one has its `removedAt`. */
  file(uuid: FileUuid): Promise<FileFacts | null>;
  /** One page of the listing of files. */
  files(start: PageStart): Promise<{ readonly files: readonly FileFacts[]; next: string | null }>;
  readonly webhooks: {
    list(): Promise<readonly Webhook[]>;
    create(
      options: WebhookOptions & Required<Pick<WebhookOptions, 'targetUrl' | 'event'>>,
    ): Promise<WebhookCreation>;
    /** Changes what is given; null where the project has no such webhook. */
    update(id: number, options: WebhookOptions): Promise<Webhook | null>;
    /** `existed` is false where there was nothing to delete. */
    remove(id: number): Promise<{ existed: boolean }>;
    /** Removes every webhook of this URL; none is no error. */
    unsubscribe(targetUrl: string): Promise<void>;
  };
  close(): Promise<void>;
}

/** What a client is opened with. */
export interface ClientOptions {
  readonly world: World;
  readonly connection: Connection;
  /** Cuts off what is under way. */
  readonly signal?: AbortSignal;
  /** How long a service that can't be reached is tried, ms; default 10 s. */
  readonly offlineForMs?: number;
}

const OFFLINE_FOR_MS = 10_000;

/** Opens a project for requests that are no run; close it when done. */
export function openClient(options: ClientOptions): ProjectClient {
  const { world, connection, signal = new AbortController().signal } = options;
  const { restOrigin: origin, publicKey, secretKey, auth } = connection;
  const credentials = parseCredentials(publicKey, secretKey);
  const { clock, random } = world;
  const gate = createBottleneckGate({ clock, random, rate: createAdaptiveRate({}) });
  const { send } = createTransport({
    world,
    origin,
    signer: auth === 'simple' ? createSimpleSigner(credentials, origin) : createSigner(credentials),
    gate,
    userAgent: `ucbulk/${toolVersion()}`,
    redact: createRedactor([secretKey]),
    limits: { unreachableMs: options.offlineForMs ?? OFFLINE_FOR_MS },
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
