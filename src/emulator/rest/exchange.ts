import type { Effect } from '../audit/effect.ts';
import { fileJson, oldFileJson, type WireOrigins } from '../files/file-json.ts';
import type { FileRef } from '../files/project-files.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { RemoteBuckets } from '../project/remote-buckets.ts';
import type { ApiVersion } from '../protocol/api-version.ts';
import { type EmulatorRequest, pathOf, queryOf } from '../protocol/emulator-request.ts';
import { refusals } from '../protocol/rest-refusals.ts';
import type { WebhookEvent } from '../webhooks/webhook-event.ts';

/** The answer of a handler. The pipeline adds the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one method of one route, at once: the emulator never waits. */
export type Handler = (exchange: Exchange) => Answer;

/**
 * Records an effect. `detail` distinguishes effects of one kind on one file, e.g. a metadata key.
 */
export type RecordEffect = (
  operation: Effect,
  ref: FileRef,
  changed: boolean,
  detail?: string,
) => void;

interface ExchangeParts {
  readonly request: EmulatorRequest;
  readonly project: EmulatedProject;
  readonly version: ApiVersion;
  readonly origins: WireOrigins;
  readonly buckets: RemoteBuckets;
  readonly requestId: string;
  readonly now: number;
  readonly params: readonly string[];
  readonly record: RecordEffect;
}

/** One authenticated request, with everything that a handler can read and do. */
export class Exchange {
  readonly request: EmulatorRequest;
  readonly project: EmulatedProject;
  readonly version: ApiVersion;
  readonly origins: WireOrigins;
  readonly buckets: RemoteBuckets;
  /** The X-Uploadcare-Request-Id of the answer. */
  readonly requestId: string;
  /** When the request arrived, microseconds since 1970. */
  readonly now: number;
  readonly #parts: ExchangeParts;
  readonly #params: readonly string[];
  readonly #record: RecordEffect;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.request = parts.request;
    this.project = parts.project;
    this.version = parts.version;
    this.origins = parts.origins;
    this.buckets = parts.buckets;
    this.requestId = parts.requestId;
    this.now = parts.now;
    this.#params = parts.params;
    this.#record = parts.record;
  }

  /** The same request with another path and query, to compute another answer without an effect. */
  at(target: string): Exchange {
    return new Exchange({ ...this.#parts, request: { ...this.request, target } });
  }

  get path(): string {
    return pathOf(this.request);
  }

  query(): Map<string, string> {
    return queryOf(this.request);
  }

  /** The n-th variable part of the path, as sent. */
  param(position: number): string {
    return this.#params[position] ?? '';
  }

  /** The file in the path. An unknown, foreign, purged or malformed UUID is a 404 (api 1.4). */
  fileOfPath(): FileRef {
    const ref = this.project.files.find(this.param(0).toLowerCase());
    if (ref === undefined) throw refusals.notFound();
    return ref;
  }

  /** The body as JSON. Refuses an absent or malformed one. */
  json(): unknown {
    const type = this.request.headers['content-type'];
    if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json\b/.test(type)) {
      throw refusals.unsupportedMediaType(type);
    }
    try {
      return JSON.parse(this.request.body.toString());
    } catch (error) {
      throw refusals.malformedJson(error instanceof Error ? error.message : String(error));
    }
  }

  /** The body as a JSON object. */
  jsonObject(): Readonly<Record<string, unknown>> {
    const body = this.json();
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return { ...body };
    }
    throw refusals.expectedJsonObject();
  }

  /**
   * The JSON of a file in this version of the API. `extra` adds appdata, or rekognition_info in
   * v0.6.
   */
  fileJson(ref: FileRef, include: 'plain' | 'extra' = 'plain'): string {
    const file = this.project.files.describe(ref);
    const isPlain = include === 'plain';
    return this.version === '0.6'
      ? oldFileJson(file, this.origins, isPlain ? 'plain' : 'rekognition')
      : fileJson(file, this.origins, isPlain ? 'plain' : 'appdata', this.project.areTagsShown);
  }

  /** `extra` if the query asks for more fields of files (api 3.1). */
  extra(): 'plain' | 'extra' {
    const [name, wanted] =
      this.version === '0.6' ? ['add_fields', 'rekognition_info'] : ['include', 'appdata'];
    return this.query().get(name)?.split(',').includes(wanted) ? 'extra' : 'plain';
  }

  /** Writes an effect on a file to the audit log. */
  record(operation: Effect, ref: FileRef, changed: boolean, detail?: string): void {
    this.#record(operation, ref, changed, detail);
  }

  /** Stores a file; a repeat keeps the time (api 3.3). */
  store(ref: FileRef): void {
    const isChanged = this.project.files.store(ref, this.now);
    this.record('store', ref, isChanged);
    if (isChanged) this.announce('file.stored', ref);
  }

  /** Removes a file; a repeat keeps the time (api 3.5). */
  remove(ref: FileRef): void {
    const isChanged = this.project.files.remove(ref, this.now);
    this.record('delete', ref, isChanged);
    if (!isChanged) return;
    this.project.searchIndex.noteRemoval(ref, this.now);
    this.announce('file.deleted', ref);
  }

  /** Queues deliveries to webhooks about an effect of this request (api 9). */
  announce(event: WebhookEvent, ref: FileRef, previous?: object): void {
    this.project.webhooks.announce({
      event,
      ref,
      at: this.now,
      initiator: { type: 'api', requestId: this.requestId },
      ...(previous === undefined ? {} : { previous }),
    });
  }
}
