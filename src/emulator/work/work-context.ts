import type { Effect } from '../audit/effect.ts';
import type { LateMetadata } from '../files/late-metadata.ts';
import type { FileRef, ProjectFiles } from '../files/project-files.ts';
import type { ProjectGroups } from '../files/project-groups.ts';
import type { DueTasks } from '../time/due-tasks.ts';
import type { WorkPlanner } from '../time/work-plan.ts';
import type { ProjectWebhooks } from '../webhooks/project-webhooks.ts';

/** The parts of a project that conversions and add-ons need. */
export interface WorkContext {
  readonly number: number;
  readonly isAutostored: boolean;
  readonly files: ProjectFiles;
  readonly groups: ProjectGroups;
  readonly work: WorkPlanner;
  readonly dueTasks: DueTasks;
  readonly webhooks: ProjectWebhooks;
  readonly lateMetadata: LateMetadata;
  readonly host: { recordOwn(operation: Effect, ref: FileRef, at: number): void };
  newUuid(): string;
}

/** When a conversion or add-on run started, and the request that started it. */
export interface WorkStart {
  /** In microseconds since 1970. */
  readonly now: number;
  readonly requestId: string;
}
