import type { Effect } from '../effect.ts';
import type { WireOrigins } from '../emulated-file.ts';
import type { EmulatorRequest } from '../emulator-request.ts';
import type { EmulatorState } from '../emulator-state.ts';
import type { FileRef } from '../project-files.ts';
import { checkUploadSignature, projectOfUpload } from './upload-auth.ts';
import { readUploadForm, type UploadForm } from './upload-form.ts';
import type { UploadProject } from './upload-project.ts';
import { throttledUpload } from './upload-refusal.ts';
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

/** All a handler of the Upload API may see and do for one request. */
export class UploadExchange {
  readonly form: UploadForm;
  readonly arrival: UploadArrival;
  readonly origins: WireOrigins & { readonly upload: string };
  readonly service: UploadService;
  readonly #state: EmulatorState;

  constructor(
    state: EmulatorState,
    request: EmulatorRequest,
    parts: {
      readonly arrival: UploadArrival;
      readonly origins: WireOrigins & { readonly upload: string };
    },
  ) {
    this.#state = state;
    this.service = state.uploads;
    this.arrival = parts.arrival;
    this.origins = parts.origins;
    this.form = readUploadForm(request);
  }

  /** When the request came, microseconds since 1970. */
  get now(): number {
    return this.arrival.now;
  }

  /** The project of the request's key; `signed` also wants a signature where the project does. */
  project(keyField: 'UPLOADCARE_PUB_KEY' | 'pub_key', proof: 'signed' | 'open'): UploadProject {
    const upload = projectOfUpload(this.form, keyField, this.service.projectsByKey);
    this.throttle(upload);
    if (proof === 'signed') checkUploadSignature(this.form, upload, this.arrival.nowMs);
    return upload;
  }

  /** Takes a request's share of the project's rate, which both APIs have in common. */
  throttle({ project }: UploadProject): void {
    const wait = project.throttle?.take(this.arrival.nowMs) ?? 0;
    if (wait > 0) throw throttledUpload(wait);
  }

  /** Notes an effect of this request, when it happened. */
  record(operation: Effect, project: number, { ref, at }: { ref: FileRef; at: number }): void {
    const request = this.arrival.number;
    this.#state.audit.record({ operation, project, ref }, { changed: true, request, at });
  }

  get requestId(): string {
    return this.#state.requestId(this.arrival.number);
  }
}
