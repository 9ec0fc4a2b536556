import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import type { FileFacts } from '../../core/file-facts.ts';
import { isFileUuid, parseFileUuid } from '../../core/file-uuid.ts';
import { listFiles } from '../../run/list-files.ts';
import type { CommandHost, Invocation } from '../command.ts';
import { CLIENT_OPTIONS } from '../connection-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { FILE_FIELDS, FILE_TABLE_HEADER, fileDocument, fileRow } from '../one-liners/file-text.ts';
import { fieldNames } from '../one-liners/json-fields.ts';
import { writeOneLiner } from '../one-liners/one-liner-job.ts';
import { notUuid, refused } from '../one-liners/select-items.ts';
import {
  FILTER_OPTIONS,
  PART_TEXT_OPTIONS,
  type SelectionFlags,
} from '../one-liners/selection-options.ts';
import { readJobText } from '../read-job.ts';
import { withClient } from '../with-client.ts';

const FIELDS_OPTION = {
  json: {
    ...GLOBAL_OPTIONS.json,
    describe: `Print a JSON document for each file; --json=uuid,size prints only these fields. Fields: ${FILE_FIELDS.join(', ')}`,
  },
  'json-fields': { hidden: true, requiresArg: true, coerce: fieldNames },
} as const;
const { all: _, ...FILTERS } = FILTER_OPTIONS;
const LIST_OPTIONS = {
  ...CLIENT_OPTIONS,
  ...FIELDS_OPTION,
  ...FILTERS,
  limit: PART_TEXT_OPTIONS.limit,
} as const;
const INFO_OPTIONS = { ...CLIENT_OPTIONS, ...FIELDS_OPTION } as const;

type ListFlags = InferredOptionTypes<typeof LIST_OPTIONS>;
type InfoFlags = InferredOptionTypes<typeof INFO_OPTIONS> & { uuids: string[] | undefined };

/** `file list`: lists files of the project. Creates no run. */
export function fileListCommand(host: CommandHost): CommandModule<object, ListFlags> {
  return {
    command: 'list',
    describe: 'List files of the project; reads only',
    builder: (yargs) =>
      yargs.options(host.flags(LIST_OPTIONS)).epilogue(
        helpExamples([
          ['$0 file list --unstored --older-than 48h', 'What `file delete` would take'],
          ['$0 file list --json=uuid,filename > files.ndjson', 'One JSON document a line'],
        ]),
      ),
    handler: (flags) => host.invoke(flags, (invocation) => list(invocation, flags)),
  };
}

/** `file info UUID…`: reads files. Creates no run. */
export function fileInfoCommand(host: CommandHost): CommandModule<object, InfoFlags> {
  return {
    command: 'info [uuids..]',
    describe: 'Show files by their UUIDs; reads only',
    builder: (yargs) =>
      yargs
        .positional('uuids', { type: 'string', array: true, describe: 'UUIDs of files' })
        .options(host.flags(INFO_OPTIONS))
        .epilogue(helpExamples([['$0 file info UUID --json=size', 'One field as JSON']])),
    handler: (flags) => host.invoke(flags, (invocation) => info(invocation, flags)),
  };
}

const LISTING = {
  name: 'file list',
  takes: 'files',
  step: () => ({ step: { uses: 'info' }, items: [] }),
} as const;

async function list(
  invocation: Invocation,
  flags: ArgumentsCamelCase<ListFlags>,
): Promise<ExitCode> {
  const { cwd, world } = invocation.surroundings;
  const given: SelectionFlags = { ...flags, all: true };
  const { text } = writeOneLiner(LISTING, { words: [], flags: given, cwd, folder: cwd });
  const job = await readJobText(invocation, text, { name: 'ucbulk file list', folder: cwd });
  const print = filePrinter(invocation, flags);
  await withClient(invocation, flags, async (client) => {
    for await (const facts of listFiles(client, job, world.clock.now())) {
      if (!(await print(facts))) return;
    }
  });
  return 0;
}

async function info(
  invocation: Invocation,
  flags: ArgumentsCamelCase<InfoFlags>,
): Promise<ExitCode> {
  const { uuids = [] } = flags;
  if (uuids.length === 0) throw refused('Name the UUIDs of files.');
  const wrong = uuids.find((uuid) => !isFileUuid(uuid));
  if (wrong !== undefined) throw notUuid(wrong);
  const print = filePrinter(invocation, flags);
  return withClient(invocation, flags, async (client) => {
    let code: ExitCode = 0;
    for (const uuid of uuids) {
      const facts = await client.file(parseFileUuid(uuid));
      if (facts === null) {
        invocation.output.warn(`The project has no file ${uuid}.`);
        code = 1;
      } else await print(facts);
    }
    return code;
  });
}

/** Prints files as a table or as JSON. Returns false if no program reads the output any more. */
function filePrinter(
  { output, surroundings }: Invocation,
  { jsonFields }: { readonly jsonFields: string[] | undefined },
): (facts: FileFacts) => Promise<boolean> {
  const { stdout } = surroundings;
  let isFirst = true;
  return async (facts) => {
    await stdout.drained();
    if (stdout.isClosed) return false;
    if (output.json) output.result({ type: 'file', ...fileDocument(facts, jsonFields) }, () => '');
    else stdout.write(`${isFirst ? `${FILE_TABLE_HEADER}\n` : ''}${fileRow(facts)}\n`);
    isFirst = false;
    return true;
  };
}
