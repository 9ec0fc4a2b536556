/** The versions of the REST API that ucbulk supports (docs/uploadcare-api.md 13). */
export const API_VERSIONS = ['0.6', '0.7'] as const;

/** A version of the REST API. */
export type ApiVersion = (typeof API_VERSIONS)[number];

/** The version for a job that names none. Runs of earlier ucbulk versions use it too. */
export const DEFAULT_API_VERSION: ApiVersion = '0.7';

/** A part of a job that the chosen version of the REST API does not support. */
export interface VersionFault {
  readonly needs: ApiVersion;
  /** The option that needs the other version; null if the whole operation or source needs it. */
  readonly option: string | null;
  /** A reason that completes the sentence "needs version 0.7 of the REST API: ". */
  readonly reason: string;
}

/**
 * Creates the `versionFault` function of an operation or source that version 0.6 of the REST API does not
 * have.
 */
export function needsApi07(
  reason: string,
): (options: unknown, version: ApiVersion) => VersionFault | null {
  return (_options, version) => (version === '0.7' ? null : { needs: '0.7', option: null, reason });
}
