import type { InferredOptionTypes } from 'yargs';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { assignments, duration, positiveInteger, positiveNumber, text } from './option-values.ts';

/** Options of the commands that work: `run` and `resume`. */
export const RUN_OPTIONS = {
  ...GLOBAL_OPTIONS,
  'dry-run': {
    alias: 'n',
    type: 'boolean',
    default: false,
    describe: 'Count what would be done; send nothing that writes',
  },
  yes: { alias: 'y', type: 'boolean', default: false, describe: 'Delete without asking' },
  concurrency: {
    requiresArg: true,
    coerce: positiveInteger('concurrency'),
    describe: 'Requests at once',
  },
  rate: {
    requiresArg: true,
    coerce: positiveNumber('rate'),
    describe: 'Requests a second, at most',
  },
  var: {
    type: 'string',
    array: true,
    requiresArg: true,
    coerce: assignments('var'),
    describe: "Sets one of the job's vars: name=value",
  },
  stats: {
    type: 'string',
    requiresArg: true,
    default: '10s',
    coerce: duration('stats'),
    describe: 'Time between progress lines where there is no terminal',
  },
  'offline-for': {
    type: 'string',
    requiresArg: true,
    coerce: duration('offline-for'),
    describe: 'How long to try again while the service cannot be reached',
  },
  'rest-api-base': {
    type: 'string',
    requiresArg: true,
    coerce: text('rest-api-base'),
    describe: 'Origin of the REST API; else UPLOADCARE_REST_API_BASE',
  },
  auth: {
    choices: ['signed', 'simple'],
    default: 'signed',
    describe: 'Authentication scheme; simple sends the secret key with each request',
  },
} as const;

/** What `run` and `resume` are given. */
export type RunFlags = InferredOptionTypes<typeof RUN_OPTIONS>;
