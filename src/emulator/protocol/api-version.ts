import { refusals } from './rest-refusals.ts';

/** The versions of the REST API that the emulator supports. */
export type ApiVersion = '0.6' | '0.7';

const VENDOR_TYPE = /application\/vnd\.uploadcare-v([\d.]+)\+json/;

/**
 * The API version that an Accept header asks for. Throws the service's error if the version is unknown
 * (docs/uploadcare-api.md 1.1).
 */
export function acceptedVersion(accept: string | undefined): ApiVersion {
  const version = VENDOR_TYPE.exec(accept ?? '')?.[1];
  if (version === '0.6' || version === '0.7') return version;
  throw refusals.versionNotSupported();
}

/** The content type of nearly every answer. It has no charset (docs/uploadcare-api.md 1.3). */
export function vendorType(version: ApiVersion): string {
  return `application/vnd.uploadcare-v${version}+json`;
}

/**
 * The API version for the content type of an answer. Unlike `acceptedVersion`, this function never throws. So
 * it also works for the answer to a request with an unknown version.
 */
export function versionToAnswer(accept: string | undefined): ApiVersion {
  return VENDOR_TYPE.exec(accept ?? '')?.[1] === '0.6' ? '0.6' : '0.7';
}
