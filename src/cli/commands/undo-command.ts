import type { InferredOptionTypes } from 'yargs';
import { formatCount, formatCounted } from '../../core/counted.ts';
import { joinOr } from '../../core/join-or.ts';
import { present } from '../../core/present.ts';
import type { RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import { reviewUndo, type UndoReview } from '../../run/review-undo.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { namedProject } from '../named-project.ts';
import { text } from '../option-values.ts';
import type { Output } from '../output.ts';
import { type ReversalFlags, reversalCommand } from '../reversal-command.ts';

// No environment variable sets these options. Each of them belongs to one run.
const OWN_OPTIONS = {
  step: {
    requiresArg: true,
    coerce: text('step'),
    describe:
      'Only the files that the step with this id made; those of all steps if absent. Needed if the run made files in several projects',
  },
} as const;

type Flags = ReversalFlags & InferredOptionTypes<typeof OWN_OPTIONS>;

/** `undo RUN`: deletes the files that a run made. */
export function undoCommand(host: CommandHost): CommandParts<Flags> {
  return reversalCommand<typeof OWN_OPTIONS, Flags>(host, {
    name: 'undo',
    options: OWN_OPTIONS,
    examples: [
      ['$0 undo 20261121-205404-k3x9 --dry-run', 'Show what it would delete'],
      ['$0 undo 20261121-205404-k3x9', 'Delete the files; asks first'],
      ['$0 undo latest --step convert', 'Delete only the files that one step made'],
    ],
    review(run, { stateDirectory, output }, { step }) {
      const review = reviewUndo(stateDirectory, run, step);
      if (review === null) throw unfinished(run);
      printKept(review, output);
      if (review.made.length === 0) {
        const { doubtful, others, inDoubt } = review;
        const left = doubtful.reuse + doubtful['own-code'] + others;
        const document = { type: 'nothing-to-undo', run, left, inDoubt } as const;
        const text = `Run ${run} made no files that can be deleted. Nothing was sent.`;
        return { nothing: { document, text } };
      }
      return { job: undoJob(review, { project: onlyProject(review), step }) };
    },
  });
}

/** The job that deletes the files. A person or a script can write it too. */
function undoJob(
  { run, job }: UndoReview,
  { project, step }: { readonly project: string | undefined; readonly step: string | undefined },
): object {
  return {
    version: 1,
    name: `undo ${run}`,
    ...present({ projects: namedProject(job, project) }),
    source: { made: { run, ...present({ step }) }, ...present({ project }) },
    steps: [{ uses: 'delete', ...present({ project }) }],
  };
}

/** The project whose files are deleted. Throws a `UserError` if the steps made files in several. */
function onlyProject({ run, made }: UndoReview): string | undefined {
  const [first, ...others] = made;
  if (others.every(({ project }) => project === first?.project)) return first?.project;
  const shown = made.map(
    ({ step, project }) => `${step} (${project === undefined ? 'default project' : project})`,
  );
  throw new UserError(
    'usage',
    `The steps of run ${run} made files in several projects: ${shown.join(', ')}. Nothing was deleted. Name one step: --step ${joinOr(made.map(({ step }) => step))}.`,
  );
}

/** Prints what an undo leaves, because the user may expect it to be deleted too. */
function printKept({ run, doubtful, others, inDoubt }: UndoReview, output: Output): void {
  const { reuse, 'own-code': own } = doubtful;
  if (reuse > 0) {
    output.warn(
      `${formatCounted(reuse, 'file')} left: the job has checkDuplicates, so the service may have returned files of earlier imports.`,
    );
  }
  if (own > 0) {
    output.warn(
      `${formatCounted(own, 'file')} left: own code named ${own === 1 ? 'it' : 'them'}, and only that code knows who made ${own === 1 ? 'it' : 'them'}.`,
    );
  }
  if (others > 0) {
    output.warn(
      `Left: ${formatCount(others)} groups and copies in buckets. Only files are deleted.`,
    );
  }
  if (inDoubt > 0) {
    output.warn(
      `${formatCounted(inDoubt, 'item')} in doubt: they may have made files. Decide them first: ucbulk resolve ${run}`,
    );
  }
}

function unfinished(run: RunId): UserError {
  return new UserError(
    'refused',
    `Run ${run} is unfinished, so it may still make files. Nothing was deleted. End it first: ucbulk resume ${run}, or ucbulk abandon ${run}.`,
  );
}
