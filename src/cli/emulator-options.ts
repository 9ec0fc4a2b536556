import type { InferredOptionTypes } from 'yargs';
import { present } from '../core/present.ts';
import type { ServicePorts } from '../emulator/emulator.ts';
import type { GLOBAL_OPTIONS } from './global-options.ts';
import { portNumber, positiveNumber, share, text, wholeNumber } from './option-values.ts';

/**
 * Options of `emulator` in addition to the global options. No environment variable sets them. Users often
 * start the emulator and runs from one shell, and a variable such as `UCBULK_RATE` is meant for the runs.
 */
export const EMULATOR_OPTIONS = {
  files: {
    requiresArg: true,
    coerce: wholeNumber('files'),
    describe: 'Number of files to generate in each project; 1000, or none with --load',
  },
  seed: { type: 'string', requiresArg: true, default: '1', describe: 'Same seed, same files' },
  load: {
    type: 'string',
    requiresArg: true,
    coerce: text('load'),
    describe: 'JSON file with projects and their objects, in the format of the API',
  },
  save: {
    type: 'string',
    requiresArg: true,
    coerce: text('save'),
    describe: 'File for all projects; written at the end and on SIGUSR2',
  },
  rate: {
    requiresArg: true,
    coerce: positiveNumber('rate'),
    describe: 'Requests per second before it answers 429; no limit if absent',
  },
  burst: {
    requiresArg: true,
    default: 10,
    coerce: positiveNumber('burst'),
    describe: 'Number of requests in a burst, with --rate',
  },
  'stored-share': {
    requiresArg: true,
    default: 0.7,
    coerce: share('stored-share'),
    describe: 'Share of the files that is stored, 0 to 1',
  },
  host: {
    type: 'string',
    requiresArg: true,
    default: '127.0.0.1',
    describe: 'Address to listen on',
  },
  port: {
    requiresArg: true,
    default: 0,
    coerce: portNumber('port'),
    describe: 'Port to listen on; 0 takes a free one',
  },
  'upload-port': {
    requiresArg: true,
    coerce: portNumber('upload-port'),
    describe: 'Port for the Upload API; else --port',
  },
  'cdn-port': {
    requiresArg: true,
    coerce: portNumber('cdn-port'),
    describe: 'Port for the CDN; else --port',
  },
} as const;

/** The parsed values of the global options and of `EMULATOR_OPTIONS`. */
export type EmulatorFlags = InferredOptionTypes<typeof GLOBAL_OPTIONS & typeof EMULATOR_OPTIONS>;

/** The ports of the three services. By default, the Upload API and the CDN use the port of the REST API. */
export function servicePorts(
  flags: Pick<EmulatorFlags, 'host' | 'port' | 'upload-port' | 'cdn-port'>,
): ServicePorts {
  const { host, port } = flags;
  const { 'upload-port': upload, 'cdn-port': cdn } = flags;
  const ports = { ...present({ upload }), ...present({ cdn }) };
  return { host, port, ports };
}
