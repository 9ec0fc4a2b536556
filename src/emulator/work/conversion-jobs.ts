import type { FileRef } from '../files/project-files.ts';
import type { WorkPlan } from '../time/work-plan.ts';
import type {
  ConversionJob,
  ConversionKind,
  ConversionState,
  ConversionStatus,
  GivenConversion,
} from './conversion-job.ts';
import { finishConversion } from './finish-conversion.ts';
import { nameStem, unfinishedFile } from './unfinished-file.ts';
import type { WorkContext, WorkStart } from './work-context.ts';

// The first tokens have as many digits as tokens in recordings of the real service. Each project has its own
// range of tokens (docs/uploadcare-api.md 7.1).
const FIRST_TOKEN = { document: 22_450_000, video: 943_720_000 } as const;
const TOKENS_OF_PROJECT = 10_000_000_000;

/** The conversions of a project, finished and unfinished (docs/uploadcare-api.md 7). */
export class ConversionJobs {
  readonly #context: WorkContext;
  readonly #jobs: Record<ConversionKind, ConversionJob[]> = { document: [], video: [] };
  readonly #given = new Map<string, GivenConversion>();
  readonly #groups = new Map<FileRef, Map<string, string>>();

  constructor(context: WorkContext) {
    this.#context = context;
  }

  /** Starts a conversion. Its output file exists at once, but is ready only when the conversion ends. */
  start(
    asked: Pick<ConversionJob, 'kind' | 'source' | 'target' | 'isStored' | 'isGrouped' | 'flaw'>,
    start: WorkStart,
  ): ConversionJob {
    const context = this.#context;
    const jobs = this.#jobs[asked.kind];
    const source = context.files.describe(asked.source);
    const name = asked.kind === 'video' ? `${nameStem(source.name)}.${asked.target.format}` : '';
    const { isStored } = asked;
    const file = unfinishedFile({ uuid: context.newUuid(), name, now: start.now, isStored });
    const output = context.files.add(file, start.now);
    const thumbnailsGroup = asked.kind === 'video' ? this.#addThumbnails(asked, start) : null;
    const job = { ...asked, number: jobs.length, output, start, thumbnailsGroup };
    jobs.push(job);
    const { duration, outcome } = this.#planOf(job);
    if (outcome === 'done' || outcome === 'lost') {
      context.dueTasks.add(start.now + duration, (at) => {
        const group = finishConversion(context, job, at);
        if (group === null) return;
        context.dueTasks.add(at + context.groups.lagMicros, () => {
          this.addGroup(job.source, job.target.format, group);
        });
      });
    }
    return job;
  }

  /** Adds a conversion with a fixed status. */
  give(conversion: GivenConversion): void {
    this.#given.set(`${conversion.kind}/${conversion.token}`, conversion);
  }

  tokenOf({ kind, number }: ConversionJob): number {
    return FIRST_TOKEN[kind] + this.#context.number * TOKENS_OF_PROJECT + number;
  }

  /**
   * The state of a conversion. Undefined if the token is unknown or belongs to another project, or if the
   * option `lostShare` made the emulator forget it.
   */
  state(kind: ConversionKind, token: number, now: number): ConversionState | undefined {
    const given = this.#given.get(`${kind}/${token}`);
    if (given !== undefined) {
      const { status, error = null, uuid, thumbnailsGroup = null } = given;
      return { status, error, uuid, thumbnailsGroup };
    }
    const number = token - FIRST_TOKEN[kind] - this.#context.number * TOKENS_OF_PROJECT;
    const job = this.#jobs[kind][number];
    return job === undefined ? undefined : this.#jobState(job, now);
  }

  /**
   * All conversions with their current states, except those that the emulator has forgotten (option
   * `lostShare`).
   */
  *list(now: number): Generator<ConversionState & Pick<GivenConversion, 'kind' | 'token'>> {
    const tokens = [...this.#given.values()].map(({ kind, token }) => ({ kind, token }));
    for (const kind of ['document', 'video'] as const) {
      for (const job of this.#jobs[kind]) tokens.push({ kind, token: this.tokenOf(job) });
    }
    for (const { kind, token } of tokens) {
      const state = this.state(kind, token, now);
      if (state !== undefined) yield { kind, token, ...state };
    }
  }

  /** Records that a document was converted to a group of images in this format. */
  addGroup(source: FileRef, format: string, group: string): void {
    const groups = this.#groups.get(source) ?? new Map<string, string>();
    this.#groups.set(source, groups.set(format, group));
  }

  /**
   * The groups to which a document was converted, by image format, in the order of their creation
   * (docs/uploadcare-api.md 7.3).
   */
  groupsOf(source: FileRef): ReadonlyMap<string, string> {
    return this.#groups.get(source) ?? new Map();
  }

  #jobState(job: ConversionJob, now: number): ConversionState | undefined {
    const { duration, outcome } = this.#planOf(job);
    if (outcome === 'lost') return undefined;
    const { pendingShare = 0.3 } = this.#context.work.optionsOf(`convert_${job.kind}`);
    const status = statusAt((now - job.start.now) / duration, pendingShare, outcome);
    // The text of the error is an assumption: no recording of the real service shows it.
    const error = status === 'failed' ? (job.flaw ?? 'Conversion failed.') : null;
    const { thumbnailsGroup } = job;
    return { status, error, uuid: this.#context.files.uuidOf(job.output), thumbnailsGroup };
  }

  #planOf(job: ConversionJob): WorkPlan {
    const plan = this.#context.work.plan(`convert_${job.kind}`, job.number);
    return job.flaw === null ? plan : { ...plan, outcome: 'failed' };
  }

  // Creates the thumbnails of a video. All of them have the same upload time (docs/uploadcare-api.md 1.7).
  #addThumbnails(
    { target, isStored }: Pick<ConversionJob, 'target' | 'isStored'>,
    { now }: WorkStart,
  ) {
    const members = Array.from({ length: target.thumbs }, () => {
      const file = unfinishedFile({ uuid: this.#context.newUuid(), name: '', now, isStored });
      this.#context.files.add(file, now);
      return { uuid: file.uuid, effects: '' };
    });
    const id = `${this.#context.newUuid()}~${target.thumbs}`;
    this.#context.groups.add({ id, createdAt: now, storedAt: null, members });
    return id;
  }
}

function statusAt(
  progress: number,
  pendingShare: number,
  outcome: WorkPlan['outcome'],
): ConversionStatus {
  if (progress < pendingShare) return 'pending';
  if (progress < 1 || outcome === 'endless') return 'processing';
  return outcome === 'failed' || outcome === 'cancelled' ? outcome : 'finished';
}
