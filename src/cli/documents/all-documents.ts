import * as z from 'zod';
import { ITEM_DOCUMENTS } from './item-documents.ts';
import { OTHER_DOCUMENTS } from './other-documents.ts';
import { PLAN_DOCUMENTS } from './plan-documents.ts';
import { RUN_DOCUMENTS } from './run-documents.ts';

/** The schema of each JSON document without `version` and `type`, by its type. */
const DOCUMENTS = {
  ...RUN_DOCUMENTS,
  ...PLAN_DOCUMENTS,
  ...ITEM_DOCUMENTS,
  ...OTHER_DOCUMENTS,
} as const;

/** The type of a JSON document. */
export type DocumentType = keyof typeof DOCUMENTS;

const RUNNING = ['summary', 'skipped', 'plan'] as const;
const ONE_LINER = [...RUNNING, 'saved-job'] as const;

/** The types of the documents that each command prints with `--json`. Every command also prints `error`. */
export const COMMAND_DOCUMENTS: Readonly<Record<string, readonly DocumentType[]>> = {
  plan: ['plan'],
  run: RUNNING,
  apply: RUNNING,
  undo: [...RUNNING, 'nothing-to-undo'],
  restore: [...RUNNING, 'nothing-to-restore'],
  approve: ['approved'],
  show: ['plan-file'],
  resume: ['summary', 'skipped', 'run'],
  retry: ['summary', 'skipped', 'retry'],
  status: ['run'],
  serve: ['serve'],
  pause: ['control'],
  continue: ['control'],
  stop: ['control'],
  set: ['control'],
  abandon: ['abandoned'],
  runs: ['run', 'unreadable-run'],
  items: ['item'],
  log: ['event'],
  resolve: ['resolved'],
  report: ['item', 'move', 'report'],
  verify: ['difference', 'object-difference', 'verification'],
  evidence: ['evidence', 'evidence-check'],
  rewrite: ['rewrite'],
  init: ['job-file', 'job-templates', 'schedule'],
  validate: ['job'],
  schema: ['schema'],
  'api-schema': ['api-schema'],
  completion: ['completion'],
  'config show': ['config'],
  project: ['project'],
  inspect: ['inventory'],
  rehearse: ['rehearsal'],
  'webhooks list': ['webhook'],
  'webhooks create': ['webhook'],
  'webhooks update': ['webhook'],
  'webhooks delete': ['webhook'],
  'webhooks unsubscribe': ['webhook'],
  clean: ['cleaned-run', 'cleaned'],
  doctor: ['finding'],
  worker: [],
  workers: ['worker'],
  emulator: ['emulator'],
  'file list': ['file'],
  'file info': ['file'],
  'file store': ONE_LINER,
  'file delete': ONE_LINER,
  'file local-copy': ONE_LINER,
  'file remote-copy': ONE_LINER,
  'convert document': ONE_LINER,
  'convert video': ONE_LINER,
  'addon execute': ONE_LINER,
  'metadata set': ONE_LINER,
  'metadata delete': ONE_LINER,
  'tags add': ONE_LINER,
  'tags remove': ONE_LINER,
  'group create': ONE_LINER,
  'group delete': ONE_LINER,
  upload: ONE_LINER,
  import: ONE_LINER,
  demo: ['demo'],
};

/**
 * Returns the JSON Schema of each document, by its type. With `strict`, a field that the schema does not name is an
 * error. Programs must accept such fields, because a later version of ucbulk may add some.
 */
export function documentSchemas({ strict = false } = {}): Record<DocumentType, object> {
  const io = strict ? 'output' : 'input';
  const schemas = Object.entries(DOCUMENTS).map(([type, schema]) => {
    const forms = schema instanceof z.ZodUnion ? schema.options : [schema];
    const complete = forms.map((form) => withHeading(type, form));
    const [only, ...others] = complete.map((form) => z.toJSONSchema(form, { io }));
    return [type, others.length === 0 ? only : { anyOf: [only, ...others] }];
  });
  return Object.fromEntries(schemas) as Record<DocumentType, object>;
}

function withHeading(type: string, form: z.ZodObject): z.ZodObject {
  const heading = z.object({ version: z.literal(1), type: z.literal(type) });
  const { description } = form;
  const whole = heading.extend(form.shape);
  return description === undefined ? whole : whole.describe(description);
}
