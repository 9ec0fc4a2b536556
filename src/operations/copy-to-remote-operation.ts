// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Uploadcare.
import * as z from 'zod';
import type { Outcome } from '../core/outcome.ts';
import { blockSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import type { FilesApi } from '../uploadcare/files-api.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { seenAs } from './expected-effect.ts';
import { itemUuid } from './item-uuid.ts';
import type { EachOperation } from './operation.ts';

const NAMES_THE_FILE = ['${uuid}', '${default}'];

/** The option `target`. */
export const copyTargetSchema = z
  .string({ error: 'the name of a storage of the project' })
  .describe("Name of the custom storage, as in the project's settings");

const copyToRemoteOptions = blockSchema({
  ...stepFile,
  target: copyTargetSchema,
  pattern: z
    .string({ error: 'a pattern such as ${default}' })
    .min(1, { error: 'a pattern such as ${default}' })
    .default('${default}')
    .describe('Name of the copy: ${default}, ${uuid}, ${filename}, ${ext}, ${auto_filename}'),
  makePublic: flagSchema.default(true).describe('Let anybody read the copy'),
  allowNameCollisions: flagSchema
    .default(false)
    .describe('Allow a pattern with which two files can get the same name'),
}).refine(
  ({ pattern, allowNameCollisions }) =>
    allowNameCollisions || NAMES_THE_FILE.some((part) => pattern.includes(part)),
  {
    path: ['pattern'],
    error:
      'has neither ${uuid} nor ${default}, so two files with the same name would overwrite or hide each other; add ${uuid}, or set allowNameCollisions: true',
  },
);

/**
 * Creates the operation that copies a file to the customer's bucket, with one request per item. Without
 * `allowNameCollisions`, the name of the object contains the UUID of the file. If a repeated request reports
 * that this name exists, our first request made the object. With `allowNameCollisions`, a repeated request
 * would make a second object, so an item whose answer is lost is in doubt.
 */
export function copyToRemoteOperation(
  files: FilesApi,
  settings: z.output<typeof copyToRemoteOptions>,
): EachOperation {
  const { target, pattern, makePublic } = settings;
  return {
    kind: 'copy-to-remote',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: settings.allowNameCollisions
      ? { class: 'undetectable' }
      : { class: 'detectable', probe: 'replay' },
    async runItem(item, permit): Promise<Outcome> {
      const source = itemUuid(item);
      const copy = await files.remoteCopy({ source, target, pattern, makePublic }, permit);
      const isOurs = copy.kind === 'copied' || item.openSends > 0;
      if (!isOurs) return { kind: 'skipped', reason: 'exists' };
      return copy.url === null ? { kind: 'done' } : { kind: 'done', result: { url: copy.url } };
    },
  };
}

/** Copies files to the customer's own storage. */
export const copyToRemote = defineOperation({
  kind: 'copy-to-remote',
  options: copyToRemoteOptions,
  optionsText: 'Target and name of the copy',
  takes: PROJECT_FILES,
  skipIfDone: false,
  describe: ({ target, pattern, makePublic }) => {
    const readers = makePublic ? 'readable by anybody' : 'not public';
    return `copies them to the storage ${target || '(none)'} as ${pattern}, ${readers}`;
  },
  expectedEffect: () => seenAs('an object in the bucket, with a name by the pattern'),
  listedEffect: () => ({ hidden: "the REST API can't list the objects of a bucket" }),
  // An `if` may check an environment variable that is empty on purpose, to mean "no storage". So an empty
  // `target` is a fault only in a step without an `if`.
  faultWithoutCondition: ({ target }) =>
    target === ''
      ? { option: 'target', message: 'is empty: expected the name of a storage of the project' }
      : null,
  requests: () => [{ endpoint: 'POST /files/remote_copy/' }],
  docs: {
    request: '`POST /files/remote_copy/`',
    perRequest: '1',
    result: '`url`',
    lostAnswer: 'sent again; with `allowNameCollisions` **in doubt**',
  },
  create: (options, { client }) => copyToRemoteOperation(client.files, options),
});
