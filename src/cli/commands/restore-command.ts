import type { InferredOptionTypes } from 'yargs';
import { formatCounted } from '../../core/counted.ts';
import { joinOr } from '../../core/join-or.ts';
import { present } from '../../core/present.ts';
import type { RunId } from '../../core/run.ts';
import { UserError } from '../../core/user-error.ts';
import {
  type RestoreReview,
  type ReviewedDelete,
  reviewRestore,
} from '../../run/review-restore.ts';
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
    describe: 'Only the files that the step with this id deleted; those of all steps if absent',
  },
  upload: {
    type: 'boolean',
    describe: 'Read the objects and upload them, for a bucket that the service cannot reach',
  },
} as const;

type Flags = ReversalFlags & InferredOptionTypes<typeof OWN_OPTIONS>;

/** `restore RUN`: imports the files that a run deleted, from their backup. */
export function restoreCommand(host: CommandHost): CommandParts<Flags> {
  return reversalCommand<typeof OWN_OPTIONS, Flags>(host, {
    name: 'restore',
    options: OWN_OPTIONS,
    examples: [
      ['$0 restore 20261121-205404-k3x9 --dry-run', 'Show what it would import'],
      ['$0 restore 20261121-205404-k3x9', 'Import the files from their backup'],
      ['$0 report latest --format map', 'Then write which new file belongs to which old one'],
    ],
    review(run, { stateDirectory, output }, { step, upload }) {
      const review = reviewRestore(stateDirectory, run, step);
      if (review === null) throw unfinished(run);
      const chosen = chooseStep(review, step);
      printLeft(review, output);
      if (chosen.files === 0) {
        const { without, inDoubt } = review;
        const document = { type: 'nothing-to-restore', run, without, inDoubt } as const;
        const text = `Run ${run} deleted no files after a backup. Nothing was sent.`;
        return { nothing: { document, text } };
      }
      const uses = upload === true ? 'upload' : 'import-url';
      return { job: restoreJob(review, chosen, { uses, step }) };
    },
  });
}

/** The job that imports the files. A person or a script can write it too. */
function restoreJob(
  { run, job, publicKey }: RestoreReview,
  { place, project }: ReviewedDelete,
  { uses, step }: { readonly uses: 'import-url' | 'upload'; readonly step: string | undefined },
): object {
  const { url, region, endpoint, pathStyle, profile, requesterPays } = place;
  const reached = present({ region, endpoint, pathStyle, profile, requesterPays });
  return {
    version: 1,
    name: `restore ${run}`,
    // The keys of another project would import the files into that project.
    ...(project === undefined ? { project: publicKey } : { projects: namedProject(job, project) }),
    source: { deleted: { run, ...present({ step }), url, ...reached } },
    steps: [{ uses, ...present({ project }), skipIfDone: true }],
  };
}

/**
 * The bucket and the project of the files, with the number of the files. Throws a `UserError` if there is no backup in a
 * bucket, or if the steps used several buckets or projects and none of them is named.
 */
function chooseStep(review: RestoreReview, wanted: string | undefined): ReviewedDelete {
  const { run, steps, targets } = review;
  const [first] = steps;
  if (first === undefined)
    throw targets.length > 0 ? inStorage(run, targets) : noBackup(run, wanted);
  const isSame = ({ bucket, project }: ReviewedDelete) =>
    bucket === first.bucket && project === first.project;
  if (steps.every(isSame)) {
    return { ...first, files: steps.reduce((sum, { files }) => sum + files, 0) };
  }
  throw new UserError(
    'usage',
    `The steps of run ${run} made their backups in several buckets or projects. Nothing was imported. Name one step: --step ${joinOr(steps.map(({ id }) => id))}.`,
  );
}

/** Prints which files stay deleted, because the user may expect all of them back. */
function printLeft({ run, without, targets, inDoubt }: RestoreReview, output: Output): void {
  if (without > 0) {
    const where =
      targets.length > 0
        ? ` Look for copies in the storage ${targets.join(' and ')} of the project.`
        : '';
    output.warn(
      `Run ${run} deleted ${formatCounted(without, 'file')} of which it has no backup in a bucket. ${without === 1 ? 'It is' : 'They are'} not restored.${where}`,
    );
  }
  if (inDoubt > 0) {
    output.warn(
      `${formatCounted(inDoubt, 'item')} in doubt: their files may be deleted, and are not restored. Decide them first: ucbulk resolve ${run}`,
    );
  }
}

function unfinished(run: RunId): UserError {
  return new UserError(
    'refused',
    `Run ${run} is unfinished, so it may still delete files. Nothing was imported. End it first: ucbulk resume ${run}, or ucbulk abandon ${run}.`,
  );
}

function inStorage(run: RunId, targets: readonly string[]): UserError {
  return new UserError(
    'usage',
    `The backup of run ${run} is in the storage ${targets.join(' and ')} of the project, and ucbulk has no keys for it. Nothing was imported. Write a job with \`source: { bucket: { url: s3://… } }\` and \`uses: import-url\`, with the bucket of that storage and keys that can read it. The column object of \`ucbulk report ${run} --format map\` names each copy.`,
  );
}

function noBackup(run: RunId, step: string | undefined): UserError {
  const subject = step === undefined ? `Run ${run}` : `Step ${step} of run ${run}`;
  return new UserError(
    'usage',
    `${subject} deleted no files after a backup in a bucket, so nothing can be restored. Nothing was imported. A delete keeps a backup with \`with: { backup: { url: s3://… } }\`.`,
  );
}
