/** The versions of the REST API that ucbulk speaks (api 13). */
export const API_VERSIONS = ['0.6', '0.7'] as const;

/** A version of the REST API. */
export type ApiVersion = (typeof API_VERSIONS)[number];

/** The version of a job that names none. Runs of earlier ucbulk versions used it. */
export const DEFAULT_API_VERSION: ApiVersion = '0.7';
