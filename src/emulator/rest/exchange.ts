import type { Effect } from '../audit/effect.ts';
import { fileJson, oldFileJson, type WireOrigins } from '../files/file-json.ts';
import type { FileRef } from '../files/project-files.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { RemoteBuckets } from '../project/remote-buckets.ts';
import type { ApiVersion } from '../protocol/api-version.ts';
import { type EmulatorRequest, pathOf, queryOf } from '../protocol/emulator-request.ts';
import { refusals } from '../protocol/rest-refusals.ts';
import type { WebhookEvent } from '../webhooks/webhook-event.ts';

/** The answer that a handler returns. Headers that all answers share are added later. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A function that answers requests of one method to one path. It is synchronous: the emulator never waits.
 */
export type Handler = (exchange: Exchange) => Answer;

/**
 * Writes a change to the audit log. `detail` distinguishes changes of the same kind to the same file. For
 * example, for two changed metadata keys it contains the key.
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

/** One request with valid credentials, and everything that a handler can read or do to answer it. */
export class Exchange {
  readonly request: EmulatorRequest;
  readonly project: EmulatedProject;
  readonly version: ApiVersion;
  readonly origins: WireOrigins;
  readonly buckets: RemoteBuckets;
  /** The value of the answer's `X-Uploadcare-Request-Id` header. */
  readonly requestId: string;
  /** When the request arrived, in microseconds since 1970. */
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

  /**
   * The same request with another path and query. For example, a fault rule uses it to compute the next page.
   * Use it only for requests that change nothing.
   */
  at(target: string): Exchange {
    return new Exchange({ ...this.#parts, request: { ...this.request, target } });
  }

  get path(): string {
    return pathOf(this.request);
  }

  query(): Map<string, string> {
    return queryOf(this.request);
  }

  /**
   * A variable part of the path, as the client sent it. For `/files/{uuid}/metadata/{key}/`, position 0 is
   * the UUID and 1 is the key.
   */
  param(position: number): string {
    return this.#params[position] ?? '';
  }

  /**
   * The file whose UUID is in the path. Throws a 404 if the UUID is malformed or unknown, belongs to another
   * project, or the file was purged (docs/uploadcare-api.md 1.4).
   */
  fileOfPath(): FileRef {
    const ref = this.project.files.find(this.param(0).toLowerCase());
    if (ref === undefined) throw refusals.notFound();
    return ref;
  }

  /** The body as JSON. Throws the service's error if the body is missing or malformed. */
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

  /** The body as a JSON object. Throws the service's error if it is anything else. */
  jsonObject(): Readonly<Record<string, unknown>> {
    const body = this.json();
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return { ...body };
    }
    throw refusals.expectedJsonObject();
  }

  /**
   * The JSON of a file in the API version of the request. With `extra`, it includes `appdata` (v0.7) or
   * `rekognition_info` (v0.6).
   */
  fileJson(ref: FileRef, include: 'plain' | 'extra' = 'plain'): string {
    const file = this.project.files.describe(ref);
    const isPlain = include === 'plain';
    return this.version === '0.6'
      ? oldFileJson(file, this.origins, isPlain ? 'plain' : 'rekognition')
      : fileJson(file, this.origins, isPlain ? 'plain' : 'appdata', this.project.areTagsShown);
  }

  /**
   * Returns `extra` if the query asks for additional fields of files, e.g. with `include=appdata`
   * (docs/uploadcare-api.md 3.1).
   */
  extra(): 'plain' | 'extra' {
    const [name, wanted] =
      this.version === '0.6' ? ['add_fields', 'rekognition_info'] : ['include', 'appdata'];
    return this.query().get(name)?.split(',').includes(wanted) ? 'extra' : 'plain';
  }

  /** Writes a change of a file to the audit log, together with this request. */
  record(operation: Effect, ref: FileRef, changed: boolean, detail?: string): void {
    this.#record(operation, ref, changed, detail);
  }

  /**
   * Stores a file. If it was already stored, `datetime_stored` does not change (docs/uploadcare-api.md 3.3).
   */
  store(ref: FileRef): void {
    const isChanged = this.project.files.store(ref, this.now);
    this.record('store', ref, isChanged);
    if (isChanged) this.announce('file.stored', ref);
  }

  /**
   * Removes a file. If it was already removed, `datetime_removed` does not change (docs/uploadcare-api.md
   * 3.5).
   */
  remove(ref: FileRef): void {
    const isChanged = this.project.files.remove(ref, this.now);
    this.record('delete', ref, isChanged);
    if (!isChanged) return;
    this.project.searchIndex.noteRemoval(ref, this.now);
    this.announce('file.deleted', ref);
  }

  /**
   * Sends an event to the project's webhooks, because this request changed a file (docs/uploadcare-api.md 9).
   */
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
