import { API_VERSIONS } from '../core/api-version.ts';

/** The flag that selects the version of Uploadcare's REST API: 0.7 or 0.6. */
export const API_VERSION_OPTION = {
  'api-version': {
    type: 'string',
    choices: API_VERSIONS,
    requiresArg: true,
    describe: "Version of the REST API; default the job's apiVersion, else 0.7",
  },
} as const;
