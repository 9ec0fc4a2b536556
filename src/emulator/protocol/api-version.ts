import { refusals } from './rest-refusals.ts';

/** The versions of the REST API that are emulated. */
export type ApiVersion = '0.6' | '0.7';

const VENDOR_TYPE = /application\/vnd\.uploadcare-v([\d.]+)\+json/;

/** The version in an Accept header. Throws a refusal if it is unknown (api 1.1). */
export function acceptedVersion(accept: string | undefined): ApiVersion {
  const version = VENDOR_TYPE.exec(accept ?? '')?.[1];
  if (version === '0.6' || version === '0.7') return version;
  throw refusals.versionNotSupported();
}

/** The exact content type of nearly every answer, without a charset (api 1.3). */
export function vendorType(version: ApiVersion): string {
  return `application/vnd.uploadcare-v${version}+json`;
}

/** The version in the content type of an answer, also of an error. */
export function versionToAnswer(accept: string | undefined): ApiVersion {
  return VENDOR_TYPE.exec(accept ?? '')?.[1] === '0.6' ? '0.6' : '0.7';
}
