import { sanitisedName } from '../core/sanitised-name.ts';
import { fileJson, oldFileJson, type WireOrigins } from '../files/file-json.ts';
import type { FileRef, ProjectFiles } from '../files/project-files.ts';
import {
  deliveryBody,
  deliverySignature,
  type Initiator,
  type Webhook,
  type WebhookEvent,
} from './webhook-event.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/** Something that happened to a file and that webhooks must report. `at` is in microseconds since 1970. */
export interface Announcement {
  readonly event: WebhookEvent;
  readonly ref: FileRef;
  readonly at: number;
  readonly initiator: Initiator;
  /** The fields that changed, with their values before the change. */
  readonly previous?: object;
}

/**
 * The webhooks of a project. Creates a delivery for each webhook that subscribes to an event
 * (docs/uploadcare-api.md 9).
 */
export class ProjectWebhooks {
  readonly #hooks = new Map<number, Webhook>();
  readonly #project: { readonly id: number; readonly publicKey: string };
  readonly #files: ProjectFiles;
  readonly #origins: WireOrigins;
  readonly #queue: WebhookQueue;
  readonly #areTagsShown: boolean;
  #lastId: number;

  constructor(parts: {
    readonly project: { readonly id: number; readonly publicKey: string };
    readonly files: ProjectFiles;
    readonly origins: WireOrigins;
    readonly queue: WebhookQueue;
    /** If false, the files in deliveries have no field `tags`. */
    readonly areTagsShown: boolean;
  }) {
    this.#project = parts.project;
    this.#files = parts.files;
    this.#origins = parts.origins;
    this.#queue = parts.queue;
    this.#areTagsShown = parts.areTagsShown;
    this.#lastId = parts.project.id * 1_000_000;
  }

  /**
   * All webhooks, ordered by id. Recordings of the real service show ascending and descending order, so the
   * emulator uses one of the two.
   */
  list(): Webhook[] {
    return [...this.#hooks.values()].sort((a, b) => a.id - b.id);
  }

  find(id: number): Webhook | undefined {
    return this.#hooks.get(id);
  }

  /** True if another webhook already has the same event and URL. The service then refuses the request. */
  isTaken({
    event,
    targetUrl,
    id,
  }: Pick<Webhook, 'event' | 'targetUrl'> & { id?: number }): boolean {
    return this.list().some(
      (hook) => hook.event === event && hook.targetUrl === targetUrl && hook.id !== id,
    );
  }

  /** Adds a webhook. If it has no id, it gets the next free one. */
  add(hook: Omit<Webhook, 'id'> & { readonly id?: number }): Webhook {
    const id = hook.id ?? this.#lastId + 1;
    if (this.#hooks.has(id)) throw new Error(`The webhook ${id} exists already`);
    this.#lastId = Math.max(this.#lastId, id);
    const added = { ...hook, id };
    this.#hooks.set(id, added);
    return added;
  }

  change(id: number, changes: Partial<Omit<Webhook, 'id' | 'createdAt'>>): Webhook {
    const hook = this.#hooks.get(id);
    if (hook === undefined) throw new RangeError(`No webhook ${id}`);
    const changed = { ...hook, ...changes };
    this.#hooks.set(id, changed);
    return changed;
  }

  remove(id: number): void {
    this.#hooks.delete(id);
  }

  /** Queues a delivery for each active webhook that subscribes to this event. */
  announce(announcement: Announcement): void {
    if (this.#hooks.size === 0) return;
    for (const hook of this.list()) {
      if (hook.isActive && hook.event === announcement.event) this.#deliver(hook, announcement);
    }
  }

  #deliver(hook: Webhook, { event, ref, at, initiator, previous }: Announcement): void {
    const file = this.#files.describe(ref);
    const body = deliveryBody({
      hook,
      project: this.#project,
      initiator,
      file:
        hook.version === '0.6'
          ? oldFileJson(file, this.#origins, 'plain')
          : fileJson(file, this.#origins, 'appdata', this.#areTagsShown),
      cdnUrl: `${this.#origins.cdn}/${file.uuid}/${file.urlName ?? sanitisedName(file.name)}`,
      ...(previous === undefined ? {} : { previous }),
    });
    const { signingSecret, targetUrl } = hook;
    const signature =
      signingSecret === null ? {} : { 'x-uc-signature': deliverySignature(signingSecret, body) };
    this.#queue.push({
      webhook: hook.id,
      event,
      targetUrl,
      headers: { 'content-type': 'application/json', ...signature },
      body,
      at,
      state: 'waiting',
      status: null,
    });
  }
}
