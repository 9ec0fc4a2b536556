import type { EmulatedProject } from '../project/emulated-project.ts';
import type { ApiVersion } from '../protocol/api-version.ts';
import { parseInstant } from '../protocol/wire-instant.ts';
import type { Addon, WorkSettings } from '../time/work-plan.ts';
import type { Webhook, WebhookEvent } from '../webhooks/webhook-event.ts';
import type { AddonState } from '../work/addon-runs.ts';
import type { ConversionState, GivenConversion } from '../work/conversion-job.ts';

/** A webhook to add; times in ISO 8601. */
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

/** An add-on run whose state does not change. */
export interface AddonRunSpec extends Partial<AddonState> {
  readonly addon: Addon;
  readonly requestId: string;
}

/** Access to the work of a project without the API. */
export interface ProjectWorkView {
  /** Changes the options of work that starts later. */
  setWork(settings: WorkSettings): void;
  addWebhook(spec: WebhookSpec): Webhook;
  /** Adds a conversion whose status does not change. */
  giveConversion(conversion: GivenConversion): void;
  /** Records the group of images to which a document was converted. */
  giveConvertedGroup(group: { uuid: string; format: string; group: string }): void;
  /** Adds an add-on run whose state does not change; default: done. */
  giveAddonRun(run: AddonRunSpec): void;
  /** The current state of a conversion; undefined if its token is unknown or forgotten. */
  conversion(kind: 'document' | 'video', token: number): ConversionState | undefined;
  /** The number of copies, conversions and add-on runs that have not succeeded yet. */
  openWork(): number;
}

/** Creates the view of a project's work; `now` in microseconds since 1970. */
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
