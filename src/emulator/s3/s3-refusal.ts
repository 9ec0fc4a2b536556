import type { EmulatorResponse } from '../protocol/emulator-request.ts';
import { xmlDocument, xmlElement } from './xml.ts';

/** Additional elements in the XML of an error. */
type ErrorFields = Readonly<Record<string, string>>;

interface RefusalParts {
  readonly fields?: ErrorFields;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error of S3: a status, a code, and a text for people. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: ErrorFields;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, parts: RefusalParts = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = parts.fields ?? {};
    this.headers = parts.headers ?? {};
  }
}

/** The answer for an error, as XML in the format of S3. */
export function refusedS3(refusal: S3Refusal, requestId: string): EmulatorResponse {
  const { status, code, message, fields, headers } = refusal;
  if (status === 304) return { status, headers: { ...headers }, body: '' };
  const elements = { Code: code, Message: message, ...fields, RequestId: requestId };
  const content = Object.entries(elements).map(([name, text]) => xmlElement(name, text));
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: xmlDocument(`<Error>${content.join('')}</Error>`),
  };
}

/** The errors that several operations share, with the texts of Amazon S3. */
export const s3Refusals = {
  accessDenied: (message = 'Access Denied', fields: ErrorFields = {}) =>
    new S3Refusal(403, 'AccessDenied', message, { fields }),
  noSuchBucket: (bucket: string) =>
    new S3Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist', {
      fields: { BucketName: bucket },
    }),
  noSuchKey: (key: string) =>
    new S3Refusal(404, 'NoSuchKey', 'The specified key does not exist.', { fields: { Key: key } }),
  noSuchUpload: (uploadId: string) =>
    new S3Refusal(
      404,
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { fields: { UploadId: uploadId } },
    ),
  preconditionFailed: (condition: string) =>
    new S3Refusal(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      { fields: { Condition: condition } },
    ),
  invalidArgument: (message: string, name: string, value: string) =>
    new S3Refusal(400, 'InvalidArgument', message, {
      fields: { ArgumentName: name, ArgumentValue: value },
    }),
  invalidRequest: (message: string) => new S3Refusal(400, 'InvalidRequest', message),
  notImplemented: (header: string) =>
    new S3Refusal(
      501,
      'NotImplemented',
      'A header or query you provided implies functionality that is not implemented',
      { fields: { Header: header } },
    ),
  signatureDoesNotMatch: (fields: ErrorFields = {}) =>
    new S3Refusal(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { fields },
    ),
  slowDown: () => new S3Refusal(503, 'SlowDown', 'Please reduce your request rate.'),
};
