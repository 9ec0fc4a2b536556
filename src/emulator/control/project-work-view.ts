import type { EmulatedProject } from '../project/emulated-project.ts';
import type { ApiVersion } from '../protocol/api-version.ts';
import { parseInstant } from '../protocol/wire-instant.ts';
import type { Addon, WorkSettings } from '../time/work-plan.ts';
import type { Webhook, WebhookEvent } from '../webhooks/webhook-event.ts';
import type { AddonState } from '../work/addon-runs.ts';
import type { ConversionState, GivenConversion } from '../work/conversion-job.ts';

/** A webhook to add to a project. Times are in ISO 8601. */
export interface WebhookSpec {
  readonly id?: number;
  readonly targetUrl: string;
  readonly event?: WebhookEvent;
  readonly isActive?: boolean;
  readonly signingSecret?: string | null;
  readonly version?: ApiVersion;
  readonly created?: string;
  readonly updated?: string;
}

/** A run of an add-on that a test adds to a project. Its state never changes. */
export interface AddonRunSpec extends Partial<AddonState> {
  readonly addon: Addon;
  readonly requestId: string;
}

/**
 * Lets a test set up and read the long-running work of a project (copies, conversions, add-ons) without HTTP
 * requests.
 */
export interface ProjectWorkView {
  /**
   * Changes how long copies, conversions and add-on runs take and how they end. Work that has already started
   * is not affected.
   */
  setWork(settings: WorkSettings): void;
  addWebhook(spec: WebhookSpec): Webhook;
  /** Adds a conversion with a fixed status. */
  giveConversion(conversion: GivenConversion): void;
  /** Records that a document was converted to a group of images. */
  giveConvertedGroup(group: { uuid: string; format: string; group: string }): void;
  /** Adds a run of an add-on with a fixed state. The default state is `done`. */
  giveAddonRun(run: AddonRunSpec): void;
  /**
   * The current state of a conversion. Undefined if the token is unknown, or if the option `lostShare` made
   * the emulator forget it.
   */
  conversion(kind: 'document' | 'video', token: number): ConversionState | undefined;
  /** The number of copies, conversions and add-on runs that have not succeeded yet. */
  openWork(): number;
}

/** Creates the view of one project. `now` returns the emulated time in microseconds since 1970. */
export function createWorkView(project: EmulatedProject, now: () => number): ProjectWorkView {
  const instant = (text: string | undefined) =>
    text === undefined ? now() : (parseInstant(text) ?? Number.NaN);
  return {
    setWork: (settings) => project.work.set(settings),
    addWebhook: (spec) =>
      project.webhooks.add({
        ...(spec.id === undefined ? {} : { id: spec.id }),
        event: spec.event ?? 'file.uploaded',
        targetUrl: spec.targetUrl,
        isActive: spec.isActive ?? true,
        signingSecret: spec.signingSecret ?? null,
        version: spec.version ?? '0.7',
        createdAt: instant(spec.created),
        updatedAt: instant(spec.updated),
      }),
    giveConversion: (conversion) => project.conversions.give(conversion),
    giveConvertedGroup: ({ uuid, format, group }) => {
      const ref = project.files.find(uuid);
      if (ref === undefined) throw new Error(`No file ${uuid}`);
      project.conversions.addGroup(ref, format, group);
    },
    giveAddonRun: ({ addon, requestId, status = 'done', resultUuid = null }) =>
      project.addonRuns.give(requestId, { addon, status, resultUuid }),
    conversion: (kind, token) => project.conversions.state(kind, token, now()),
    openWork: () => project.dueTasks.length,
  };
}
