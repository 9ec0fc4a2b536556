import { AuditLog } from './audit-log.ts';
import type { Effect } from './effect.ts';
import { EmulatedProject, type ProjectOptions } from './emulated-project.ts';
import { EmulatorClock, type TimeSource } from './emulator-clock.ts';
import { Faults } from './faults.ts';
import { RemoteBuckets } from './remote-buckets.ts';
import { RequestTally } from './request-tally.ts';
import { UuidPermutation } from './uuid-permutation.ts';

/** How to set an emulator up; a project's options given here hold for every project. */
export interface EmulatorOptions extends ProjectOptions {
  /** Several projects in one emulator; default one, with the keys demopublickey and demosecretkey. */
  readonly projects?: readonly ProjectOptions[];
  /** Real time for the clock; default the computer's. */
  readonly clock?: TimeSource;
  /** Emulated seconds in a real one; default 1. */
  readonly speed?: number;
  /** What emulated time is ahead of real time, in ms; negative for behind. */
  readonly offsetMs?: number;
  /** Origin of `url`, `next` and `previous`; default the one of the request. */
  readonly origin?: string;
  /** Origin of `original_file_url`; default https://ucarecdn.com. */
  readonly cdnOrigin?: string;
}

/** All that an emulator knows; the pipeline and the control endpoints share it. */
export class EmulatorState {
  readonly clock: EmulatorClock;
  readonly projects: readonly EmulatedProject[];
  readonly projectsByKey: ReadonlyMap<string, EmulatedProject>;
  readonly audit: AuditLog;
  readonly tally = new RequestTally();
  readonly buckets = new RemoteBuckets();
  readonly faults: Faults;
  readonly origins: { readonly api: string | undefined; readonly cdn: string };
  readonly #requestIds: UuidPermutation;
  #requests = 0;

  constructor(options: EmulatorOptions) {
    const { projects = [{}], clock = { now: () => Date.now() }, ...shared } = options;
    const seed = options.seed ?? 1;
    this.clock = new EmulatorClock(clock, {
      speed: options.speed ?? 1,
      offsetMs: options.offsetMs ?? 0,
    });
    const now = this.clock.uniqueMicros();
    this.projects = projects.map(
      (project, number) => new EmulatedProject(number, { ...shared, ...project }, now),
    );
    this.projectsByKey = new Map(this.projects.map((project) => [project.publicKey, project]));
    this.faults = new Faults(seed);
    this.origins = { api: options.origin, cdn: options.cdnOrigin ?? 'https://ucarecdn.com' };
    this.#requestIds = new UuidPermutation(`${seed}/request`);
    this.audit = new AuditLog({
      projectName: (number) => this.project(number).publicKey,
      subject: (operation, number, ref) => subjectOf(this.project(number), operation, ref),
      requestId: (request) => (request === 0 ? null : this.requestId(request)),
    });
  }

  /** How many requests came, control requests aside. */
  get requests(): number {
    return this.#requests;
  }

  /** Counts a request and gives its number, from 1. */
  nextRequest(): number {
    this.#requests += 1;
    return this.#requests;
  }

  /** The X-Uploadcare-Request-Id of a request, a function of its number. */
  requestId(request: number): string {
    return this.#requestIds.uuidOf(request);
  }

  project(number: number): EmulatedProject {
    const project = this.projects[number];
    if (project === undefined) throw new RangeError(`No project ${number}`);
    return project;
  }

  /** Lets the service do what it does by itself until `now`, in microseconds since 1970. */
  settle(now: number): void {
    for (const { number, files, dueTasks } of this.projects) {
      dueTasks.run(now);
      files.settle(now, (ref) => {
        const effect = { operation: 'expire', project: number, ref } as const;
        this.audit.record(effect, { changed: true, request: 0, at: now });
      });
    }
  }
}

// A group's number is its own; all else happens to files.
function subjectOf({ files, groups }: EmulatedProject, operation: Effect, ref: number): string {
  const isGroup = operation === 'group_create' || operation === 'group_delete';
  return isGroup ? groups.describe(ref).id : files.uuidOf(ref);
}
