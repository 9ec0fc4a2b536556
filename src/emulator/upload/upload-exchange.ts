import type { AuditLog } from '../audit/audit-log.ts';
import type { Effect } from '../audit/effect.ts';
import { checkCredential } from '../auth/upload-auth.ts';
import type { FileRef } from '../files/project-files.ts';
import type { RequestOrigins, ServiceOrigins } from '../project/service-origins.ts';
import { type EmulatorRequest, pathOf } from '../protocol/emulator-request.ts';
import { throttledUpload, UploadRefusal } from '../protocol/upload-refusal.ts';
import { readUploadForm, type UploadForm } from './upload-form.ts';
import type { UploadProject } from './upload-project.ts';
import type { UploadService } from './upload-service.ts';

/** Answers one method of one route of the Upload API: the JSON text of a success. */
export type UploadHandler = (exchange: UploadExchange) => string;

/** The arrival time and number of a request. */
export interface UploadArrival {
  readonly number: number;
  /** Emulated milliseconds since 1970. */
  readonly nowMs: number;
  /** The same in microseconds, unique. */
  readonly now: number;
}

/** The parts of the emulator that a request to the Upload API uses. */
export interface UploadHost {
  readonly uploads: UploadService;
  readonly origins: ServiceOrigins;
  readonly audit: AuditLog;
  /** The X-Uploadcare-Request-Id of a request with this number. */
  requestId(request: number): string;
}

/** One request to the Upload API, with everything that a handler can read and do. */
export class UploadExchange {
  readonly form: UploadForm;
  readonly arrival: UploadArrival;
  readonly service: UploadService;
  readonly #host: UploadHost;
  readonly #request: EmulatorRequest;

  constructor(host: UploadHost, request: EmulatorRequest, arrival: UploadArrival) {
    this.#host = host;
    this.#request = request;
    this.service = host.uploads;
    this.arrival = arrival;
    this.form = readUploadForm(request);
  }

  /** The arrival time, microseconds since 1970. */
  get now(): number {
    return this.arrival.now;
  }

  /** The project of the request's key, for an endpoint that requires no credential. */
  openProject(keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key'): UploadProject {
    return this.#project(keyField, null);
  }

  /** The project of the request's key, if its credential covers uploads of `operations` files. */
  signedProject(
    keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key',
    { operations }: { readonly operations: number },
  ): UploadProject {
    const upload = this.#project(keyField, operations);
    const { uploadRefusal } = upload.settings;
    if (uploadRefusal === null) return upload;
    throw new UploadRefusal(uploadRefusal, [upload.project.publicKey]);
  }

  #project(keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key', operations: number | null): UploadProject {
    const upload = findUploadProject(this.form, keyField, this.service.projectsByKey);
    this.throttle(upload);
    const { form } = this;
    const { authorization } = this.#request.headers;
    const { nowMs } = this.arrival;
    const path = pathOf(this.#request);
    checkCredential({ form, authorization, path, nowMs, operations }, upload);
    return upload;
  }

  /** The origins of links in the answer for a project. */
  originsOf({ publicKey }: { readonly publicKey: string }): RequestOrigins {
    return this.#host.origins.of(this.#request, publicKey);
  }

  /** Takes a token of the project's rate limit, which both APIs share. */
  throttle({ project }: UploadProject): void {
    const wait = project.throttle?.take(this.arrival.nowMs) ?? 0;
    if (wait > 0) throw throttledUpload(wait);
  }

  /** Records an effect of this request and its time. */
  record(operation: Effect, project: number, { ref, at }: { ref: FileRef; at: number }): void {
    const request = this.arrival.number;
    this.#host.audit.record({ operation, project, ref }, { changed: true, request, at });
  }

  get requestId(): string {
    return this.#host.requestId(this.arrival.number);
  }
}

// `keyField` is the name of the field that has the public key (api 11.1).
function findUploadProject(
  form: UploadForm,
  keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key',
  projects: ReadonlyMap<string, UploadProject>,
): UploadProject {
  const key = form.get(keyField);
  if (key === '') throw new UploadRefusal('ProjectPublicKeyRequiredError', [keyField]);
  const project = projects.get(key);
  if (project === undefined) throw new UploadRefusal('ProjectPublicKeyInvalidError', [keyField]);
  return project;
}
