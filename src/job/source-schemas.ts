import * as z from 'zod';
import { isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { isGroupId, parseGroupId } from '../core/group-id.ts';
import { ITEM_STATES } from '../core/item-state.ts';
import { blockSchema, countSchema, flagSchema } from './job-value-schemas.ts';
import { folderSchema, listSchema, urlsSchema } from './local-source-schemas.ts';
import { projectNameSchema } from './projects-schema.ts';
import { searchSchema } from './search-source-schema.ts';

const filesSchema = blockSchema({
  stored: flagSchema
    .optional()
    .describe('Only stored files, or only unstored ones; both if absent'),
  removed: flagSchema.optional().describe('true: only deleted files that are still listed'),
  ordering: z
    .enum(['datetime_uploaded', '-datetime_uploaded', 'size', '-size'], {
      error:
        'datetime_uploaded (oldest first), -datetime_uploaded (newest first), size (smallest first) or -size (largest first)',
    })
    .default('datetime_uploaded')
    .describe(
      'Oldest or smallest first, or the reverse with a leading dash; by size needs version 0.6 of the REST API',
    ),
  pageSize: countSchema(1, 1000)
    .default(1000)
    .describe('Files in one answer of the list; no limit of the run'),
});

const inlineSchema = z
  .array(
    z
      .string({ error: 'a file UUID' })
      .refine(isFileUuid, { error: 'is not a file UUID' })
      .transform(parseFileUuid),
    { error: 'a list of file UUIDs' },
  )
  .min(1, { error: 'a list of at least one file UUID' });

const groupsSchema = blockSchema({
  take: z
    .enum(['files', 'groups'], { error: 'files or groups' })
    .default('files')
    .describe('What the steps work on: the files in the groups, or the groups themselves'),
  ids: z
    .array(
      z
        .string({ error: 'the id of a group' })
        .refine(isGroupId, { error: 'is not the id of a group, <uuid>~<number of files>' })
        .transform(parseGroupId),
      { error: 'a list of group ids' },
    )
    .min(1, { error: 'a list of at least one group id' })
    .optional()
    .describe('These groups; all of the project if absent'),
  ordering: z
    .enum(['datetime_created', '-datetime_created'], {
      error: 'datetime_created (oldest first) or -datetime_created (newest first)',
    })
    .default('datetime_created')
    .describe('Oldest first, or newest first with a leading dash'),
});

const RUN_ID = { error: 'the id of a run, as `ucbulk runs` prints it' };

const runSchema = blockSchema({
  id: z
    .string(RUN_ID)
    .regex(/^[0-9a-z][0-9a-z-]{0,63}$/, RUN_ID)
    .describe('The run, as `ucbulk runs` prints it'),
  states: z
    .array(z.enum(ITEM_STATES, { error: `one of ${ITEM_STATES.join(', ')}` }), {
      error: 'a list of states',
    })
    .min(1, { error: 'a list of at least one state' })
    .default(['failed'])
    .describe('Items that are in one of these states; failed if absent'),
});

/** Every source by its key in a job file. To add one, add its schema here. */
const sources = {
  files: filesSchema.optional().describe("The project's files, by the list endpoint"),
  search: searchSchema.optional().describe('Files that the search of the service finds'),
  groups: groupsSchema.optional().describe("The project's groups, or the files in them"),
  list: listSchema.optional().describe('Files named in a list, by UUID or CDN URL'),
  inline: inlineSchema.optional().describe('File UUIDs, written here'),
  run: runSchema.optional().describe('Items of an earlier run'),
  urls: urlsSchema.optional().describe('URLs to import, in a list'),
  folder: folderSchema.optional().describe('Local files to upload'),
};

type Sources = {
  readonly [Kind in keyof typeof sources]: NonNullable<z.output<(typeof sources)[Kind]>>;
};

/** Where a job's items come from: the kind, and under its name the options. */
export type SourceOptions = {
  readonly [Kind in keyof Sources]: {
    readonly kind: Kind;
    /** One of the job's projects; the default one where absent. */
    readonly project?: string;
  } & Pick<Sources, Kind>;
}[keyof Sources];

const NAMES_ONLY: readonly SourceOptions['kind'][] = ['list', 'inline', 'run', 'urls', 'folder'];

/** False where the source tells nothing of its items that a filter could use. */
export function tellsFacts(source: SourceOptions): boolean {
  if (source.kind === 'groups') return source.groups.take === 'files';
  return !NAMES_ONLY.includes(source.kind);
}

/** A job file's `source`: one key that names the source, with its options. */
export const sourceSchema = blockSchema({
  ...sources,
  project: projectNameSchema.optional(),
}).transform(({ project, ...given }, context): SourceOptions => {
  const [first, second] = Object.entries(given).filter(([, options]) => options !== undefined);
  if (second !== undefined) {
    context.addIssue({ code: 'custom', message: 'has more than one source; a job has one' });
    return z.NEVER;
  }
  if (first !== undefined) {
    const source = { kind: first[0], [first[0]]: first[1] };
    return (project === undefined ? source : { ...source, project }) as SourceOptions;
  }
  context.addIssue({
    code: 'custom',
    message: `is empty; name one of ${Object.keys(sources).join(', ')}`,
  });
  return z.NEVER;
});
