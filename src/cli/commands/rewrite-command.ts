import { resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { formatCounted } from '../../core/counted.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { checkOldUrls } from '../../report/bucket-address.ts';
import { isKnownSuffix } from '../../rewrite/find-documents.ts';
import type { DocumentResult } from '../../rewrite/rewrite-document.ts';
import { type RewriteRequest, rewriteDocuments } from '../../rewrite/rewrite-documents.ts';
import { readReportedRun } from '../../state/read-reported-run.ts';
import { withCheckedVariables } from '../check-variables.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { shellWord } from '../command-advice.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { MOVE_OPTIONS, newHost } from '../move-options.ts';
import { text } from '../option-values.ts';
import type { Output } from '../output.ts';
import { findRunArgument, RUN_ARGUMENT } from '../run-argument.ts';
import { stoppable } from '../stoppable.ts';

const REWRITE_OPTIONS = {
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'Show the changes only; change nothing',
  },
  backup: {
    requiresArg: true,
    coerce: backupSuffix,
    describe: 'Suffix for a copy of each changed document, such as .bak',
  },
  ...MOVE_OPTIONS,
  'new-host': {
    requiresArg: true,
    coerce: newHost,
    describe: 'CDN host of new URLs; each URL keeps its host if absent',
  },
  reverse: {
    type: 'boolean',
    default: false,
    describe: 'Lead new URLs back to the old ones',
  },
  'bare-uuids': {
    type: 'boolean',
    default: false,
    describe: 'Replace also UUIDs outside URLs of the CDN',
  },
} as const;

type Flags = InferredOptionTypes<typeof GLOBAL_OPTIONS & typeof REWRITE_OPTIONS> & {
  run: string;
  files: string[];
};
type Given = ArgumentsCamelCase<Flags>;

/**
 * `rewrite RUN FILES…`: replaces URLs in text files of the user. Each URL of an old file becomes the URL of
 * the file that the run made from it.
 */
export function rewriteCommand(given: CommandHost): CommandParts<Flags> {
  const host = withCheckedVariables(given);
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', demandOption: true, describe: RUN_ARGUMENT })
        .positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Documents, and folders with documents',
        })
        .options(host.options({ ...GLOBAL_OPTIONS, ...REWRITE_OPTIONS }))
        .epilogue(
          helpExamples([
            ['$0 rewrite 20261121-205404-k3x9 site/ --dry-run', 'Show the changes'],
            ['$0 rewrite 20261121-205404-k3x9 site/ dump.sql --backup .bak', 'Make the changes'],
          ]),
        ),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { surroundings, stateDirectory, output } = invocation;
        const wanted = await findRunArgument(flags.run, invocation);
        const run = await readReportedRun(stateDirectory, wanted, surroundings.world);
        checkOldUrls(run);
        if (run.state !== 'finished') {
          output.warn(`The run is ${run.state}: URLs of unfinished items stay.`);
        }
        return stoppable(surroundings, async (signal) => {
          const documents = rewriteDocuments(run, createRequest(flags, invocation, signal));
          const code = await printResults(documents, flags, output);
          if (!flags.dryRun) adviseSuffix(flags.backup, output);
          return code;
        });
      }),
  };
}

function createRequest(
  flags: Given,
  { surroundings, output }: Invocation,
  signal: AbortSignal,
): RewriteRequest {
  return {
    paths: flags.files.map((path) => resolve(surroundings.cwd, path)),
    oldHosts: flags.oldHost,
    newHost: flags.newHost ?? null,
    bucketUrl: flags.bucketUrl,
    to: flags.to,
    bareUuids: flags.bareUuids,
    sizes: flags.sizes,
    reverse: flags.reverse,
    dryRun: flags.dryRun,
    backup: flags.backup ?? null,
    signal,
    newId: () => surroundings.world.ids.runId(),
    onMap({ entries, unsettled, deleted, ambiguous }) {
      if (entries === 0) output.warn('The run made no new files: there is nothing to replace.');
      if (unsettled > 0) {
        output.warn(`${unsettled} items are not done: their URLs stay.`);
      }
      if (ambiguous > 0) {
        output.warn(
          `${formatCounted(ambiguous, 'item')} share their new files with others: the URLs of these files stay. Restore backups for them.`,
        );
      }
      if (deleted > 0) {
        output.warn(
          `The run deleted the files that it had made from ${formatCounted(deleted, 'item')}: their URLs stay.`,
        );
      }
    },
  };
}

async function printResults(
  documents: AsyncIterable<DocumentResult>,
  flags: Pick<Given, 'dryRun' | 'sizes'>,
  output: Output,
): Promise<ExitCode> {
  const total = {
    files: 0,
    changed: 0,
    replaced: 0,
    kept: 0,
    bare: 0,
    sized: 0,
    serialised: 0,
    failed: 0,
    backups: 0,
  };
  for await (const document of documents) {
    if (document.state === 'backup') total.backups += 1;
    if (document.state === 'skipped' || document.state === 'backup') continue;
    total.files += 1;
    total.replaced += document.replaced;
    total.kept += document.kept;
    total.bare += document.bare;
    total.sized += document.sized;
    total.serialised += document.serialised;
    if (document.replaced > 0) total.changed += 1;
    if (document.state === 'failed') {
      total.failed += 1;
      output.warn(plainText(`error: ${document.path}: ${document.message ?? ''}`));
    }
    const { path: file, ...rest } = document;
    await output.canPrint();
    output.result({ type: 'rewrite', file, ...rest }, () => documentText(document));
  }
  printTotal(total, flags, output);
  return total.failed > 0 ? 1 : 0;
}

function printTotal(
  total: Readonly<
    Record<
      | Exclude<keyof DocumentResult, 'path' | 'state' | 'changes' | 'message'>
      | 'files'
      | 'changed'
      | 'backups',
      number
    >
  >,
  { dryRun, sizes }: Pick<Given, 'dryRun' | 'sizes'>,
  output: Output,
): void {
  const verb = dryRun ? 'would be replaced' : 'replaced';
  output.info(`${total.replaced} ${verb} in ${total.changed} of ${total.files} files.`);
  if (total.backups > 0) output.info(`${total.backups} backups of documents are not changed.`);
  if (total.kept > 0) {
    output.warn(
      `${total.kept} URLs stay: a copy in a bucket has only the original, without operations.`,
    );
  }
  if (total.serialised > 0) {
    output.warn(
      `${formatCounted(total.serialised, 'reference')} in serialised PHP left as found: ucbulk can't correct the length of the string. Use a tool that reads PHP, such as wp search-replace.`,
    );
  }
  if (total.sized > 0) {
    const advice = ' --sizes wordpress lets the CDN make the sizes of WordPress.';
    output.warn(
      `${formatCounted(total.sized, 'URL')} of sized pictures left as found (such as photo-300x200.jpg, or with a query): the run has only their originals.${sizes === undefined ? advice : ''}`,
    );
  }
  if (total.bare > 0) {
    output.warn(
      `Left as found: ${formatCounted(total.bare, 'UUID')} of moved files, outside URLs of the CDN. Add --old-host for your own CDN host, or --bare-uuids to replace all of them.`,
    );
  }
}

/**
 * Advises the user to use the same unusual backup suffix next time. Otherwise a later `rewrite` would treat
 * the backups as documents.
 */
function adviseSuffix(suffix: string | undefined, output: Output): void {
  if (suffix === undefined || isKnownSuffix(suffix)) return;
  output.info(
    `Give --backup ${shellWord(suffix)} again with the next rewrite: then it recognizes these backups.`,
  );
}

/**
 * Prints the name of a document and the number of replaced URLs, like `grep -c`. After a dry run, the changed
 * lines follow, as in `diff`.
 */
function documentText({ path, replaced, changes }: DocumentResult): string {
  if (replaced === 0) return '';
  const shown = changes.flatMap(({ line, before, old, next, after }) => [
    `@@ line ${line} @@`,
    `- ${shownBytes(before + old + after)}`,
    `+ ${shownBytes(before + next + after)}`,
  ]);
  const more = changes.length > 0 && replaced > changes.length;
  const rest = more ? [`  and ${replaced - changes.length} more`] : [];
  return [`${plainText(path)}: ${replaced}`, ...shown, ...rest].join('\n');
}

function shownBytes(bytes: string): string {
  return plainText(Buffer.from(bytes, 'latin1').toString('utf8'));
}

/** Parses the suffix that `rewrite` adds to the name of a backup file. */
function backupSuffix(value: unknown): string {
  const suffix = text('backup')(value);
  if (/^[^/\\\0]{1,64}$/.test(suffix)) return suffix;
  throw new Error('--backup takes a suffix for file names, such as .bak');
}
