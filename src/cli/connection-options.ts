import type { InferredOptionTypes } from 'yargs';
import { API_VERSION_OPTION } from './api-version-option.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { duration, hostList, text } from './option-values.ts';

/** Options for the addresses of the service and for the connection. */
export const CONNECTION_OPTIONS = {
  project: {
    requiresArg: true,
    coerce: text('project'),
    describe: 'Project of ~/.uploadcare/config.yaml; else UPLOADCARE_PROJECT',
  },
  'offline-for': {
    type: 'string',
    requiresArg: true,
    coerce: duration('offline-for'),
    describe: 'Time to keep retrying while the service cannot be reached',
  },
  'rest-api-base': {
    type: 'string',
    requiresArg: true,
    coerce: text('rest-api-base'),
    describe: 'Origin of the REST API; else UPLOADCARE_REST_API_BASE',
  },
  'upload-api-base': {
    type: 'string',
    requiresArg: true,
    coerce: text('upload-api-base'),
    describe:
      'Origin of the Upload API; else UPLOADCARE_UPLOAD_API_BASE, else a custom REST API origin',
  },
  'part-host': {
    array: true,
    requiresArg: true,
    coerce: hostList('part-host'),
    describe: 'Additional host for the upload of parts of large files; may be repeated',
  },
  'upload-auth': {
    choices: ['signature', 'token'],
    default: 'signature',
    describe:
      'Credential of uploads: `signature` sends a signature and its expiry time, `token` a JSON Web Token',
  },
  auth: {
    choices: ['signed', 'simple'],
    default: 'signed',
    describe: 'Authentication scheme; simple sends the secret key with each request',
  },
} as const;

/** Options of the commands that send requests without creating a run. */
export const CLIENT_OPTIONS = { ...GLOBAL_OPTIONS, ...CONNECTION_OPTIONS } as const;

/** The parsed values of `CLIENT_OPTIONS`. */
export type ClientFlags = InferredOptionTypes<typeof CLIENT_OPTIONS>;

/**
 * Options of `project` and `webhooks`. They include `--api-version`, because these commands read no files.
 * Other commands without a run don't have this flag: they may read tags of files, and version 0.6 of the REST
 * API has no tags.
 */
export const PROJECT_OPTIONS = {
  ...CLIENT_OPTIONS,
  'api-version': {
    ...API_VERSION_OPTION['api-version'],
    describe: 'Version of the REST API; default 0.7',
  },
} as const;

/** The parsed values of `PROJECT_OPTIONS`. */
export type ProjectFlags = InferredOptionTypes<typeof PROJECT_OPTIONS>;
