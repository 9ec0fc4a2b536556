import type { ApiVersion } from './api-version.ts';
import type { Effect } from './effect.ts';
import type { WireOrigins } from './emulated-file.ts';
import type { EmulatedProject } from './emulated-project.ts';
import { type EmulatorRequest, pathOf, queryOf } from './emulator-request.ts';
import { refusals } from './error-bodies.ts';
import type { FileRef } from './project-files.ts';
import type { RemoteBuckets } from './remote-buckets.ts';

/** What a handler answers; the pipeline adds the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one method of one route, at once: the emulator never waits. */
export type Handler = (exchange: Exchange) => Answer;

/** All a handler may see and do for one authenticated request. */
export class Exchange {
  readonly request: EmulatorRequest;
  readonly project: EmulatedProject;
  readonly version: ApiVersion;
  readonly origins: WireOrigins;
  readonly buckets: RemoteBuckets;
  /** When the request arrived, microseconds since 1970. */
  readonly now: number;
  readonly #params: readonly string[];
  readonly #record: (operation: Effect, ref: FileRef, changed: boolean) => void;

  constructor(parts: {
    readonly request: EmulatorRequest;
    readonly project: EmulatedProject;
    readonly version: ApiVersion;
    readonly origins: WireOrigins;
    readonly buckets: RemoteBuckets;
    readonly now: number;
    readonly params: readonly string[];
    readonly record: (operation: Effect, ref: FileRef, changed: boolean) => void;
  }) {
    this.request = parts.request;
    this.project = parts.project;
    this.version = parts.version;
    this.origins = parts.origins;
    this.buckets = parts.buckets;
    this.now = parts.now;
    this.#params = parts.params;
    this.#record = parts.record;
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

  /** The file the path names: unknown, foreign, purged and malformed are one 404 (contract 1.4). */
  fileOfPath(): FileRef {
    const ref = this.project.files.find(this.param(0).toLowerCase());
    if (ref === undefined) throw refusals.notFound();
    return ref;
  }

  /** The body as JSON; an absent one is malformed too. */
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

  /** Writes an effect on a file to the audit log. */
  record(operation: Effect, ref: FileRef, changed: boolean): void {
    this.#record(operation, ref, changed);
  }
}
