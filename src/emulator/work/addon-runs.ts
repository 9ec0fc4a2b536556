import type { FileRef } from '../files/project-files.ts';
import { formatInstant } from '../protocol/wire-instant.ts';
import type { Addon, WorkPlan } from '../time/work-plan.ts';
import { addonFinding, isInfected } from './addon-findings.ts';
import { imageContent } from './output-content.ts';
import { nameStem, unfinishedFile } from './unfinished-file.ts';
import type { WorkContext, WorkStart } from './work-context.ts';

// The possible statuses of an add-on run (docs/uploadcare-api.md 8.2).
type AddonStatus = 'in_progress' | 'error' | 'done' | 'unknown';

interface AddonRun {
  readonly addon: Addon;
  readonly target: FileRef;
  readonly params: Readonly<Record<string, unknown>>;
  readonly start: WorkStart;
  readonly plan: WorkPlan;
  /**
   * UUID of the file that the add-on `remove_bg` creates. Null until the file exists, and for other add-ons.
   */
  resultUuid: string | null;
}

/** The state of an add-on run, as the status endpoint shows it. */
export interface AddonState {
  readonly status: AddonStatus;
  readonly resultUuid: string | null;
}

const IMAGE_SIZE = { width: 800, height: 600 };

/** The runs of add-ons in a project. Each run has the id of the request that started it. */
export class AddonRuns {
  readonly #context: WorkContext;
  readonly #infectedShare: number;
  readonly #runs = new Map<string, AddonRun>();
  readonly #given = new Map<string, AddonState & { readonly addon: Addon }>();
  readonly #latest = new Map<string, AddonRun>();

  constructor(context: WorkContext, infectedShare: number) {
    this.#context = context;
    this.#infectedShare = infectedShare;
  }

  /**
   * True if the last run of the add-on on this file has not ended. The service then refuses to start another
   * (docs/uploadcare-api.md 8.1).
   */
  isRunning(addon: Addon, target: FileRef, now: number): boolean {
    const run = this.#latest.get(`${addon}/${target}`);
    if (run === undefined) return false;
    return run.plan.outcome === 'endless' || now < run.start.now + run.plan.duration;
  }

  /** Starts a run. Its result is written when the run ends. */
  start(asked: Pick<AddonRun, 'addon' | 'target' | 'params'>, start: WorkStart): void {
    const plan = this.#planOf(asked);
    const run: AddonRun = { ...asked, start, plan, resultUuid: null };
    this.#runs.set(start.requestId, run);
    this.#latest.set(`${asked.addon}/${asked.target}`, run);
    if (plan.outcome === 'done' || plan.outcome === 'lost') {
      this.#context.dueTasks.add(start.now + plan.duration, (at) => this.#finish(run, at));
    }
  }

  /** Adds a run with a fixed state. */
  give(requestId: string, state: AddonState & { readonly addon: Addon }): void {
    this.#given.set(requestId, state);
  }

  /**
   * The state of a run. It is `unknown` for a short time after the start, for an unknown request id, and for
   * the id of a run of another add-on (docs/uploadcare-api.md 8.2).
   */
  state(addon: Addon, requestId: string, now: number): AddonState {
    const given = this.#given.get(requestId);
    if (given?.addon === addon) return given;
    const run = this.#runs.get(requestId);
    const unknown = { status: 'unknown', resultUuid: null } as const;
    if (run?.addon !== addon || run.plan.outcome === 'lost') return unknown;
    const age = now - run.start.now;
    if (age < (this.#context.work.optionsOf(addon).hiddenMs ?? 300) * 1000) return unknown;
    if (run.plan.outcome === 'endless' || age < run.plan.duration) {
      return { status: 'in_progress', resultUuid: null };
    }
    return run.plan.outcome === 'done'
      ? { status: 'done', resultUuid: run.resultUuid }
      : { status: 'error', resultUuid: null };
  }

  /** All runs, with their request ids and their current states. */
  *list(
    now: number,
  ): Generator<AddonState & { readonly addon: Addon; readonly requestId: string }> {
    for (const [requestId, { addon, status, resultUuid }] of this.#given) {
      yield { addon, requestId, status, resultUuid };
    }
    for (const [requestId, { addon }] of this.#runs) {
      yield { addon, requestId, ...this.state(addon, requestId, now) };
    }
  }

  // Decides how long a run takes and how it ends. Assumption: an add-on for images fails for any other file.
  // No recording of the real service shows this case.
  #planOf({ addon, target }: Pick<AddonRun, 'addon' | 'target'>): WorkPlan {
    const plan = this.#context.work.plan(addon, this.#runs.size);
    const isImage = this.#context.files.describe(target).isImage === true;
    return isImage || addon === 'uc_clamav_virus_scan' ? plan : { ...plan, outcome: 'failed' };
  }

  #finish(run: AddonRun, at: number): void {
    if (run.addon === 'remove_bg') this.#makeImage(run, at);
    else this.#write(run.addon, run, at);
  }

  #write(addon: Exclude<Addon, 'remove_bg'>, run: AddonRun, at: number): void {
    const { lateMetadata, webhooks, files } = this.#context;
    const ref = run.target;
    const uuid = files.uuidOf(ref);
    const before: Record<string, { datetime_created: string }> = JSON.parse(
      lateMetadata.truth('appdata', ref),
    );
    const { version, data } = addonFinding(addon, uuid, this.#infectedShare);
    const now = formatInstant(at);
    // If the add-on ran on the file before, `datetime_created` stays and only `datetime_updated` changes
    // (docs/uploadcare-api.md 8.1).
    const created = before[addon]?.datetime_created ?? now;
    const entry = { data, datetime_created: created, datetime_updated: now, version };
    const apps = Object.entries({ ...before, [addon]: entry }).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = JSON.stringify(Object.fromEntries(apps));
    lateMetadata.write('appdata', ref, { text, now: at });
    const initiator = { type: 'addon', requestId: run.start.requestId, addon } as const;
    const previous = { appdata: before };
    webhooks.announce({ event: 'file.info_updated', ref, at, initiator, previous });
    if (addon === 'uc_clamav_virus_scan' && isInfected(uuid, this.#infectedShare)) {
      webhooks.announce({ event: 'file.infected', ref, at, initiator });
      if (String(run.params['purge_infected']) === 'true') this.#purge(run, at);
    }
  }

  #purge(run: AddonRun, at: number): void {
    const { files, webhooks, host } = this.#context;
    if (!files.remove(run.target, at)) return;
    host.recordOwn('purge_infected', run.target, at);
    const { requestId } = run.start;
    const initiator = { type: 'addon', requestId, addon: run.addon } as const;
    webhooks.announce({ event: 'file.deleted', ref: run.target, at, initiator });
  }

  #makeImage(run: AddonRun, at: number): void {
    const { files, webhooks, isAutostored } = this.#context;
    const source = files.describe(run.target);
    const uuid = this.#context.newUuid();
    const format = run.params['channels'] === 'alpha' ? 'jpg' : 'png';
    // Two assumptions: the name of the result, and that the project's setting for uploads decides if the
    // result is stored. No recording of the real service shows them.
    const name = `${nameStem(source.name)}.${format}`;
    const file = unfinishedFile({ uuid, name, now: at, isStored: isAutostored });
    const image = imageContent(format, { ...IMAGE_SIZE, bits: this.#runs.size });
    const now = formatInstant(at);
    const type = run.params['type'];
    const data = { foreground_type: typeof type === 'string' && type !== 'auto' ? type : 'person' };
    const finding = { data, datetime_created: now, datetime_updated: now, version: '1.0' };
    const appdata = JSON.stringify({ remove_bg: finding });
    const ref = files.add({ ...file, ...image, isReady: true, appdata }, at);
    run.resultUuid = uuid;
    const initiator = {
      type: 'addon',
      requestId: run.start.requestId,
      addon: 'remove_bg',
      sourceUuid: source.uuid,
    } as const;
    webhooks.announce({ event: 'file.uploaded', ref, at, initiator });
  }
}
