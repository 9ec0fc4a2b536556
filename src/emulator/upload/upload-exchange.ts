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

/**
 * A function that answers requests of one method to one path of the Upload API. Returns the JSON text of a
 * successful answer, and throws an `UploadRefusal` for an error.
 */
export type UploadHandler = (exchange: UploadExchange) => string;

/** When a request arrived, and its number. */
export interface UploadArrival {
  readonly number: number;
  /** Emulated time in milliseconds since 1970. */
  readonly nowMs: number;
  /** The time `nowMs`, but in microseconds. No two requests have the same value. */
  readonly now: number;
}

/** The parts of the emulator that requests to the Upload API need. */
export interface UploadHost {
  readonly uploads: UploadService;
  readonly origins: ServiceOrigins;
  readonly audit: AuditLog;
  /** The value of the answer's `X-Uploadcare-Request-Id` header, for the request with this number. */
  requestId(request: number): string;
}

/** One request to the Upload API, and everything that a handler can read or do to answer it. */
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

  /** When the request arrived, in microseconds since 1970. */
  get now(): number {
    return this.arrival.now;
  }

  /**
   * Finds the project by the public key in the request. Used for endpoints that require no signature and no
   * token.
   */
  openProject(keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key'): UploadProject {
    return this.#project(keyField, null);
  }

  /**
   * Finds the project by the public key in the request. If the project requires a signature or a token, the
   * request must have one that allows it to upload `operations` files. Throws an error otherwise.
   */
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

  /** Scheme and host of the links in an answer for this project. */
  originsOf({ publicKey }: { readonly publicKey: string }): RequestOrigins {
    return this.#host.origins.of(this.#request, publicKey);
  }

  /**
   * Throws an error if the request exceeds the project's rate limit. Requests to the REST API and the Upload
   * API share this limit.
   */
  throttle({ project }: UploadProject): void {
    const wait = project.throttle?.take(this.arrival.nowMs) ?? 0;
    if (wait > 0) throw throttledUpload(wait);
  }

  /** Writes a change of a file or group to the audit log, together with this request. */
  record(operation: Effect, project: number, { ref, at }: { ref: FileRef; at: number }): void {
    const request = this.arrival.number;
    this.#host.audit.record({ operation, project, ref }, { changed: true, request, at });
  }

  get requestId(): string {
    return this.#host.requestId(this.arrival.number);
  }
}

// Finds the project. `keyField` is the name of the field that has the public key (docs/uploadcare-api.md
// 11.1).
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
