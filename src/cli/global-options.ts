import type { InferredOptionTypes } from 'yargs';
import { LOG_LEVELS } from '../progress/log-levels.ts';
import { text } from './option-values.ts';

const SPEECH_OPTIONS = {
  json: {
    type: 'boolean',
    default: false,
    describe: 'Print results and errors as JSON documents, one per line',
  },
  quiet: {
    alias: 'q',
    type: 'boolean',
    default: false,
    describe: 'No progress and no summary; `plan`, `show` and `inspect` then print no text',
  },
  'log-level': {
    choices: LOG_LEVELS,
    default: 'warn',
    describe: 'Level of the log on stderr',
  },
  'log-file': {
    type: 'string',
    requiresArg: true,
    coerce: text('log-file'),
    describe:
      'Also write the log to this file, as JSON; a new file each 10 MB, five older ones stay',
  },
} as const;

const STATE_DIRECTORY = {
  type: 'string',
  requiresArg: true,
  coerce: text('state'),
  describe: 'Directory of the ledgers: ./state if it exists, else below your home [UCBULK_STATE]',
} as const;

/** Options of every command. */
export const GLOBAL_OPTIONS = {
  ...SPEECH_OPTIONS,
  'state-dir': { ...STATE_DIRECTORY, alias: 'state' },
} as const;

/**
 * The same options for commands in which `--state` selects items by state. In these commands, only
 * `--state-dir` sets the state directory.
 */
export const GLOBAL_OPTIONS_WITHOUT_STATE = {
  ...SPEECH_OPTIONS,
  'state-dir': STATE_DIRECTORY,
} as const;

/** The parsed values of the options that every command has. */
export type GlobalFlags = InferredOptionTypes<typeof GLOBAL_OPTIONS>;
