import * as z from 'zod';
import {
  anyObject,
  exitCode,
  flag,
  instant,
  instantOrNull,
  meaning,
  number,
  numberOrNull,
  runId,
  runState,
  text,
  textOrNull,
  texts,
} from './schema-parts.ts';

const amount = { files: z.number(), bytes: z.number() };
const amounts = z.object(amount);
const values = z.object({
  values: z.array(z.object({ ...amount, name: z.string() })),
  others: amounts,
  none: amounts,
  unknown: amounts,
});

const manifest = z
  .object({
    version: z.literal(1),
    type: z.literal('evidence'),
    format: z.literal(1),
    tool: z.string(),
    writtenAt: z.string(),
    run: runId,
    job: z.string(),
    state: runState,
    project: z.string(),
    restOrigin: z.string(),
    startedAt: z.string(),
    endedAt: z.string().nullable(),
    confirmedAt: z.string().nullable(),
    plan: z.object({ sha256: z.string(), approvedBy: z.string().nullable() }).nullable(),
    unknownResults: z.number(),
    records: z.number(),
    decidedByPerson: z.number(),
    withoutFacts: z.number(),
    deletedBytes: z.number(),
    file: z.object({ name: z.string(), bytes: z.number(), sha256: z.string() }),
    lastRecord: z.string(),
  })
  .describe('The content of `manifest.json`');

const problem = {
  line: number('Line, from 1'),
  column: number('Column, from 1'),
  message: text('The problem, and the expected value'),
  suggestion: text('A similar word that would be valid').optional(),
};

const emulatedProject = {
  publicKey: z.string(),
  secretKey: z.string(),
  files: z.object({ stored: z.number(), unstored: z.number(), removed: z.number() }),
};

/** The documents about projects, the state directory, and ucbulk itself. */
export const OTHER_DOCUMENTS = {
  error: z.object({
    exitCode,
    meaning,
    message: text('Explanation, with what to do now'),
    file: text('Path of the wrong job file').optional(),
    problems: z.array(z.object(problem)).describe('Problems of the job file').optional(),
    code: text('Failure code, if the service refused a request').optional(),
    requestId: textOrNull('The id that the support of Uploadcare asks for').optional(),
  }),
  job: z.object({
    file: text('Path of the job file'),
    description: text('Description of the job'),
    job: anyObject('The job with all defaults; durations in ms, sizes in bytes'),
    warnings: z.array(z.object(problem)).describe('Values that probably match nothing'),
  }),
  'saved-job': z.object({ file: text('Path of the job file') }),
  'job-file': z.object({ file: text('Path of the job file'), template: text('Its template') }),
  'job-templates': z.object({
    templates: z.array(z.object({ name: z.string(), description: z.string() })),
  }),
  schedule: z.object({ kind: text('Kind of the schedule'), text: text('The schedule') }),
  schema: z.object({ schema: anyObject('The JSON Schema of job files') }),
  'api-schema': z.object({
    tool: z.literal('ucbulk'),
    toolVersion: text('Version of ucbulk'),
    commands: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        arguments: z.array(anyObject('An argument')),
        flags: z.array(anyObject('A flag')),
        documents: texts('Types of the documents that the command prints with `--json`'),
      }),
    ),
    exitCodes: z.array(z.object({ code: z.number(), meaning: z.string() })),
    jobSchema: anyObject('The JSON Schema of job files'),
    documentSchemas: anyObject('The JSON Schema of each document, by its type'),
  }),
  completion: z.object({ shell: z.enum(['bash', 'zsh', 'fish']), script: text('The script') }),
  config: z.object({
    file: textOrNull('Path of the configuration file'),
    projects: texts('Names of its projects'),
    settings: z.array(
      z.object({
        name: z.string(),
        value: text('The value; of a secret key only its length'),
        origin: text('Where the value comes from'),
      }),
    ),
    stateDirectory: text('Path of the state directory'),
  }),
  project: z.object({
    name: text('Name of the project'),
    publicKey: text('Its public key'),
    autostore: z.boolean().nullable().describe('True if the project stores new files by itself'),
  }),
  inventory: z.object({
    project: text('Public key of the project'),
    listedAt: instant('When the listing began'),
    ageMs: number('Age of the listing'),
    file: text('Path of the inventory'),
    pages: z.number(),
    requests: number('Requests of this command; 0 if it read the inventory'),
    elapsedMs: z.number(),
    unlisted: number('How many files fewer the service listed than it counts'),
    oldest: instantOrNull('Upload of the oldest file'),
    newest: instantOrNull('Upload of the newest file'),
    ...amount,
    stored: amounts,
    unstored: amounts,
    ages: z.array(
      z.object({
        fromDays: z.number(),
        toDays: numberOrNull('Below this age'),
        ...amount,
        unstored: amounts,
      }),
    ),
    sizes: z.array(z.object({ from: z.number(), to: numberOrNull('Below this size'), ...amount })),
    types: values,
    tags: values,
    metadataKeys: values,
  }),
  webhook: z
    .object({
      change: z.enum(['created', 'exists', 'updated', 'deleted', 'unsubscribed']),
      id: z.number(),
      event: z.string(),
      targetUrl: z.string(),
      isActive: z.boolean(),
      apiVersion: z.string().nullable(),
      isSigned: z.boolean(),
      createdAt: instant('When it was created'),
      updatedAt: instant('When it was last changed'),
    })
    .partial()
    .describe('A webhook. After a delete, only `change` and `id` or `targetUrl`'),
  'cleaned-run': z.object({
    run: runId,
    jobName: z.string().nullable(),
    state: runState.nullable(),
    action: z.enum(['remove', 'keep']),
    dryRun: flag('True: nothing was removed'),
    reasons: texts('Why the run is kept'),
    hasDeletes: z.boolean().nullable().describe('True if the run has evidence of deletes'),
    problem: textOrNull("Why the ledger can't be read"),
    bytes: number('Size of the files of the run'),
  }),
  cleaned: z.object({
    dryRun: flag('True: nothing was removed'),
    removed: number('Number of runs'),
    kept: number('Number of runs'),
    bytes: number('Size of everything that was removed'),
    leftovers: z.object(amount).describe('Files of runs without a ledger that were removed'),
  }),
  finding: z.object({
    about: z.enum(['tool', 'state', 'catalog', 'ledger', 'lock', 'service', 'clock']),
    subject: text('The file, run or address that was checked'),
    level: z.enum(['good', 'note', 'bad', 'away']),
    message: text('The result of the check'),
    advice: textOrNull('Advice for the user'),
  }),
  worker: z.object({
    id: text('Id of the worker'),
    host: text('Name of its machine'),
    pid: number('Id of its process'),
    toolVersion: text('Version of ucbulk'),
    protocol: number('Version of the calls between a coordinator and its workers'),
    project: text('Public key of its project'),
    concurrency: number('Maximum number of requests in flight'),
    inFlight: number('Number of requests in flight'),
    seenMs: number('Time since the worker last showed that it is alive, ms'),
  }),
  report: z.object({ file: text('Path of the report') }),
  evidence: z.object({
    folder: text('Folder of the evidence'),
    manifestSha256: z.string(),
    signedBy: textOrNull('Fingerprint of the key'),
    manifest,
  }),
  'evidence-check': z.object({
    folder: text('Folder of the evidence'),
    isUnchanged: flag('True if no fault was found'),
    faults: texts('A text for each fault'),
    manifestSha256: z.string(),
    signedBy: textOrNull('Fingerprint of the key'),
    signedAt: textOrNull('When the person signed'),
    manifest,
  }),
  serve: z.object({
    address: text('Address of the page, with its token'),
    control: flag('True if the page can change runs'),
  }),
  emulator: z.object({
    origin: z.string(),
    port: z.number(),
    origins: z.object({ rest: z.string(), upload: z.string(), cdn: z.string() }),
    s3: z.object({
      endpoint: text('Endpoint of the buckets'),
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
    }),
    ...emulatedProject,
    otherProjects: z.array(z.object(emulatedProject)),
  }),
  demo: z.object({ claims: z.array(z.object({ words: z.string(), holds: z.boolean() })) }),
} as const;
