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

/** When a request came and which it was. */
export interface UploadArrival {
  readonly number: number;
  /** Emulated milliseconds since 1970. */
  readonly nowMs: number;
  /** The same in microseconds and never twice. */
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

/** All a handler of the Upload API may see and do for one request. */
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

  /** When the request came, microseconds since 1970. */
  get now(): number {
    return this.arrival.now;
  }

  /** The project of the request's key, for an endpoint that demands no credential. */
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
    const upload = projectOfUpload(this.form, keyField, this.service.projectsByKey);
    this.throttle(upload);
    const { form } = this;
    const { authorization } = this.#request.headers;
    const { nowMs } = this.arrival;
    const path = pathOf(this.#request);
    checkCredential({ form, authorization, path, nowMs, operations }, upload);
    return upload;
  }

  /** Where the links in the answer for a project lead. */
  originsOf({ publicKey }: { readonly publicKey: string }): RequestOrigins {
    return this.#host.origins.of(this.#request, publicKey);
  }

  /** Takes a request's share of the project's rate, which both APIs have in common. */
  throttle({ project }: UploadProject): void {
    const wait = project.throttle?.take(this.arrival.nowMs) ?? 0;
    if (wait > 0) throw throttledUpload(wait);
  }

  /** Notes an effect of this request, when it happened. */
  record(operation: Effect, project: number, { ref, at }: { ref: FileRef; at: number }): void {
    const request = this.arrival.number;
    this.#host.audit.record({ operation, project, ref }, { changed: true, request, at });
  }

  get requestId(): string {
    return this.#host.requestId(this.arrival.number);
  }
}

// `keyField` is the name of the field that has the public key (api 11.1).
function projectOfUpload(
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
