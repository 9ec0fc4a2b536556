import type { EmulatedProject } from '../project/emulated-project.ts';
import type { ApiVersion } from '../protocol/api-version.ts';
import { parseInstant } from '../protocol/wire-instant.ts';
import type { Addon, WorkSettings } from '../time/work-plan.ts';
import type { Webhook, WebhookEvent } from '../webhooks/webhook-event.ts';
import type { AddonState } from '../work/addon-runs.ts';
import type { ConversionState, GivenConversion } from '../work/conversion-job.ts';

/** A webhook that a test wants to be there; instants in ISO 8601. */
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

/** An add-on run whose state is given, not computed. */
export interface AddonRunSpec extends Partial<AddonState> {
  readonly addon: Addon;
  readonly requestId: string;
}

/** What a test may do with the work of a project from behind the API. */
export interface ProjectWorkView {
  /** Changes how work that starts from now on goes. */
  setWork(settings: WorkSettings): void;
  addWebhook(spec: WebhookSpec): Webhook;
  /** Puts a conversion there whose status stays as given. */
  giveConversion(conversion: GivenConversion): void;
  /** Says which group of images a document was converted to, by format. */
  giveConvertedGroup(group: { uuid: string; format: string; group: string }): void;
  /** Puts an add-on run there whose state stays as given; default done. */
  giveAddonRun(run: AddonRunSpec): void;
  /** How a conversion stands now; undefined for an unknown or forgotten token. */
  conversion(kind: 'document' | 'video', token: number): ConversionState | undefined;
  /** How many copies, conversions and add-on runs are still to end well. */
  openWork(): number;
}

/** The view of a project's work; `now` in microseconds since 1970. */
export function workViewOf(project: EmulatedProject, now: () => number): ProjectWorkView {
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
