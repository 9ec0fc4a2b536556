import type { InferredOptionTypes } from 'yargs';
import { ON_CONFLICT } from '../job/job-schema.ts';
import { sampleSchema, shardSchema } from '../job/where-schema.ts';
import { API_VERSION_OPTION } from './api-version-option.ts';
import { CONNECTION_OPTIONS } from './connection-options.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import {
  address,
  assignments,
  checked,
  duration,
  positiveInteger,
  positiveNumber,
  text,
} from './option-values.ts';

/** Options of every command that reads a source: `plan`, `run`, `apply` and `resume`. */
const SOURCE_OPTIONS = {
  rate: {
    requiresArg: true,
    coerce: positiveNumber('rate'),
    describe: 'Maximum number of requests per second',
  },
  stats: {
    type: 'string',
    requiresArg: true,
    default: '10s',
    coerce: duration('stats'),
    describe: 'Time between progress lines if there is no terminal',
  },
  ...CONNECTION_OPTIONS,
} as const;

/** Options of commands that read a job file. */
const JOB_OPTIONS = {
  ...API_VERSION_OPTION,
  var: {
    type: 'string',
    array: true,
    requiresArg: true,
    coerce: assignments('var'),
    describe: "Value of one of the job's vars: name=value; may be repeated",
  },
} as const;

/** The option of every command that reads a job file. */
export const ALLOW_CODE_OPTION = {
  'allow-code': {
    type: 'boolean',
    default: false,
    describe: 'Let the job run its own code, and the programs that it names in notify',
  },
} as const;

/** Options of `plan` and `run` that choose a part of the selection. A resume keeps the part of its run. */
export const PART_OPTIONS = {
  limit: {
    requiresArg: true,
    coerce: positiveInteger('limit'),
    describe: 'Take only the first N selected items',
  },
  sample: {
    requiresArg: true,
    coerce: checked('sample', sampleSchema),
    describe: 'Take only this share of the items, such as 1%; always the same ones',
  },
  canary: {
    requiresArg: true,
    coerce: positiveInteger('canary'),
    describe: 'Do the first N items, show their results, and ask whether to continue',
  },
  shard: {
    requiresArg: true,
    coerce: checked('shard', shardSchema),
    describe: 'Take only share K of N disjoint shares, such as 1/4',
  },
} as const;

/** The parsed values of `PART_OPTIONS`. */
export type PartFlags = InferredOptionTypes<typeof PART_OPTIONS>;

/** Options of `inspect`. */
export const INSPECT_OPTIONS = { ...GLOBAL_OPTIONS, ...SOURCE_OPTIONS } as const;

/** Options of `plan`. */
export const PLAN_OPTIONS = {
  ...GLOBAL_OPTIONS,
  ...ALLOW_CODE_OPTION,
  ...JOB_OPTIONS,
  ...PART_OPTIONS,
  ...SOURCE_OPTIONS,
} as const;

/** Options of commands that work on a run. */
export const WORK_OPTIONS = {
  yes: { alias: 'y', type: 'boolean', default: false, describe: 'Delete and pay without asking' },
  wait: {
    type: 'boolean',
    default: false,
    describe: 'While the window of the job is closed, wait instead of ending',
  },
  concurrency: {
    requiresArg: true,
    coerce: positiveInteger('concurrency'),
    describe: 'Maximum number of requests in flight',
  },
  'on-conflict': {
    choices: ON_CONFLICT,
    requiresArg: true,
    describe: 'Action if another run is using the project; else as in the job file, else fail',
  },
  fleet: {
    type: 'string',
    requiresArg: true,
    coerce: text('fleet'),
    describe: 'Let workers at this Redis send the requests: redis://HOST:PORT',
  },
  ...ALLOW_CODE_OPTION,
  'accept-changed-code': {
    type: 'boolean',
    default: false,
    describe: 'Continue although the own code of the job has changed since the run began',
  },
  ui: {
    type: 'boolean',
    default: false,
    describe: 'Serve a page that shows the run, and print its address',
  },
  'metrics-addr': {
    requiresArg: true,
    coerce: address('metrics-addr'),
    describe: 'Serve metrics for Prometheus at this address, such as 127.0.0.1:9101',
  },
  'metrics-file': {
    type: 'string',
    requiresArg: true,
    coerce: text('metrics-file'),
    describe: 'Write metrics to this file, for the textfile collector of Prometheus',
  },
} as const;

/** Options of `apply`. */
export const APPLY_OPTIONS = {
  ...GLOBAL_OPTIONS,
  ...WORK_OPTIONS,
  canary: PART_OPTIONS.canary,
  ...JOB_OPTIONS,
  ...SOURCE_OPTIONS,
} as const;

/** Options of `run` and `resume`. */
export const RUN_OPTIONS = {
  ...GLOBAL_OPTIONS,
  'dry-run': {
    alias: 'n',
    type: 'boolean',
    default: false,
    describe: 'Print the plan of a run; change nothing in the project',
  },
  ...WORK_OPTIONS,
  ...JOB_OPTIONS,
  ...SOURCE_OPTIONS,
} as const;

/** Options of commands that start a run. */
export const NEW_OPTION = {
  new: {
    type: 'boolean',
    default: false,
    describe: 'Start a new run without a question, even if a run of this job is unfinished',
  },
  continue: {
    type: 'boolean',
    default: false,
    describe: 'Continue an unfinished run of this job without a question; without one, start a run',
  },
} as const;

/** The parsed values of `NEW_OPTION`. */
export type NewFlags = InferredOptionTypes<typeof NEW_OPTION>;

/** The parsed values of the options that the connection and the progress of a run need. */
export type SourceFlags = InferredOptionTypes<typeof SOURCE_OPTIONS & typeof GLOBAL_OPTIONS>;

/** The parsed values of `WORK_OPTIONS`. */
export type WorkFlags = InferredOptionTypes<typeof WORK_OPTIONS>;

/** The parsed values of `RUN_OPTIONS`. */
export type RunFlags = InferredOptionTypes<typeof RUN_OPTIONS>;
