import type { SweepFinding, SweepItems, Sweeps } from '../engine/sweeps.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { type Step, stepOperation } from '../job/step-schemas.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { ScratchEffects } from '../ledger/scratch-effects.ts';
import { withOpenReader } from '../ledger/with-reader.ts';
import { collectEffects } from './collect-effects.ts';
import { compareEffects } from './compare-effects.ts';
import { readFailedItems } from './failed-items.ts';
import type { JobProject } from './job-projects.ts';
import type { ProjectServices } from './project-services.ts';

/**
 * Creates the sweeps of a run. A sweep does again only what may be repeated without harm: free steps of which a
 * repeated request has the same result, also for all later steps of the item.
 */
export function createSweeps(
  job: Job,
  {
    ledger,
    services,
    projects,
    signal,
  }: {
    /** Path of the ledger. */
    readonly ledger: string;
    readonly services: ProjectServices;
    readonly projects: readonly JobProject[];
    readonly signal: AbortSignal;
  },
): Sweeps | null {
  const limit = job.verify?.sweeps ?? 0;
  if (limit === 0) return null;
  return {
    limit,
    compare(): Promise<SweepFinding> {
      return withOpenReader(ledger, async (reader) => {
        const effects = ScratchEffects.open();
        try {
          const collected = collectEffects(reader, { job, projects }, effects);
          const undone = new Map<number, number>();
          const { items } = await compareEffects(effects, {
            steps: job.steps,
            keyOf: () => '',
            projects: collected.projects,
            async list({ name }, use) {
              const { client } = services.of(name).service;
              await use({ client, serverNow: () => services.clock.now() }, signal);
            },
            onDifference({ seq, stepIndex, exists }) {
              if (!exists || !mayRepeatFrom(job.steps, stepIndex)) return;
              undone.set(seq, Math.min(stepIndex, undone.get(seq) ?? stepIndex));
            },
          });
          return {
            ...items,
            undone: byStep(findUndone(undone, reader, job.steps.length - 1)),
            failed: byStep(findFailed(reader, job)),
          };
        } finally {
          effects.close();
        }
      });
    },
  };
}

/** True if all steps from this one on may be repeated without harm. */
function mayRepeatFrom(steps: readonly Step[], index: number): boolean {
  return steps.slice(index).every(mayRepeat);
}

function mayRepeat(step: Step): boolean {
  return stepOperation(step).isRepeatable === true && paidName(step) === null;
}

/** An item, and the step at which it begins again. */
interface FoundItem {
  readonly seq: number;
  readonly step: number;
}

/** The items whose effects are missing. Leaves out items that have not ended at the last step. */
function* findUndone(
  undone: ReadonlyMap<number, number>,
  reader: LedgerReader,
  last: number,
): Generator<FoundItem> {
  for (const [seq, step] of undone) {
    const [item] = reader.runItems({ after: seq - 1, limit: 1 });
    if (item?.record.state === 'done' && item.record.step === last) yield { seq, step };
  }
}

/** The items that failed at a step that may be repeated. */
function* findFailed(reader: LedgerReader, job: Job): Generator<FoundItem> {
  const wanted = { codes: null, where: null };
  for (const page of readFailedItems(reader, { job, wanted })) {
    for (const { seq, step, obstacle } of page) {
      const at = job.steps[step];
      if (obstacle === null && at !== undefined && mayRepeat(at)) yield { seq, step };
    }
  }
}

function byStep(found: Iterable<FoundItem>): SweepItems[] {
  const groups = new Map<number, number[]>();
  for (const { seq, step } of found) {
    const group = groups.get(step);
    if (group === undefined) groups.set(step, [seq]);
    else group.push(seq);
  }
  return [...groups].map(([step, seqs]) => ({ step, seqs }));
}
