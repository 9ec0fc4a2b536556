/**
 * The errors of the Upload API: code, HTTP status and text. They come from the vendor's own list
 * (docs/uploadcare-api.md 11).
 */
const UPLOAD_ERRORS = {
  AccessTokenExpiredError: [401, 'Expired token.'],
  AccessTokenInvalidError: [401, 'Invalid token. Reason: %s'],
  AccountBlockedError: [403, 'Account has been blocked.'],
  AccountLimitsExceededError: [403, 'Account has reached its limits.'],
  AccountUnpaidError: [403, 'Account has been blocked for non payment.'],
  AutostoreDisabledError: [403, 'Autostore is disabled.'],
  FileIdInvalidError: [400, 'file_id is invalid.'],
  FileIdRequiredError: [400, 'file_id is required.'],
  FileMetadataKeyDuplicatedError: [400, "File's metadata key `%s` has a duplicate."],
  FileMetadataKeyEmptyError: [400, "File's metadata key can not be empty."],
  FileMetadataKeyForbiddenError: [
    400,
    "File's metadata key `%s` contains symbols not allowed by the metadata key format.",
  ],
  FileMetadataKeyLengthTooBigError: [
    400,
    'Length of file metadata key `%s` can not be more than 64 symbols.',
  ],
  FileMetadataKeysNumberTooBigError: [400, 'A file can not have more than 50 metadata keys.'],
  FileMetadataValueEmptyError: [400, 'Value of the file metadata key `%s` can not be empty.'],
  FileMetadataValueForbiddenError: [
    400,
    'Value of file metadata key `%s` contains symbols not allowed by the metadata value format.',
  ],
  FileMetadataValueLengthTooBigError: [
    400,
    "Value of file metadata's key `%s` can not be more than 512 symbols in length.",
  ],
  FileNotFoundError: [404, 'File is not found.'],
  FileSizeLimitExceededError: [400, 'File is too large.'],
  FileTypeForbiddenError: [400, 'Uploading of these file types is not allowed.'],
  FilesNumberLimitExceededError: [400, 'There are too many files.'],
  FilesRequiredError: [400, 'Request does not contain files.'],
  GroupFileURLParsingFailedError: [400, 'This is not valid file url: %s.'],
  GroupFilesInvalidError: [400, 'No files[N] parameters found.'],
  GroupFilesNotFoundError: [400, 'Some files not found.'],
  GroupIdRequiredError: [400, 'group_id is required.'],
  GroupNotFoundError: [404, 'group_id is invalid.'],
  HostnameNotFoundError: [400, 'Host does not exist.'],
  MethodNotAllowedError: [405, 'HTTP method %s is not allowed for %s'],
  MultipartFileAlreadyUploadedError: [400, 'File is already uploaded.'],
  MultipartFileCompletionFailedError: [400, 'Can not complete upload. Wrong parts size?'],
  MultipartFileIdRequiredError: [400, 'uuid is required.'],
  MultipartFileNotFoundError: [404, 'File is not found.'],
  MultipartFileSizeLimitExceededError: [400, 'File size exceeds project limit.'],
  MultipartFileSizeTooSmallError: [
    400,
    'File size can not be less than %s bytes. Please use direct upload instead of multipart.',
  ],
  MultipartPartSizeInvalidError: [400, 'Multipart Upload Part Size should be an integer.'],
  MultipartPartSizeTooBigError: [400, 'Multipart Upload Part Size can not be more than %s bytes.'],
  MultipartPartSizeTooSmallError: [
    400,
    'Multipart Upload Part Size can not be less than %s bytes.',
  ],
  MultipartSizeInvalidError: [400, 'size should be integer.'],
  MultipartUploadSizeTooLargeError: [400, 'Uploaded size is more than expected.'],
  MultipartUploadSizeTooSmallError: [400, 'File size mismatch. Not all parts uploaded?'],
  NullCharactersForbiddenError: [400, 'Null characters are not allowed.'],
  OperationsLimitExceededError: [403, 'The operation limit of the token is exhausted.'],
  PostRequestParserFailedError: [400, 'HTTP POST request parsing failed.'],
  ProjectPublicKeyInvalidError: [403, '%s is invalid.'],
  ProjectPublicKeyRemovedError: [403, 'Project %s is marked as removed.'],
  ProjectPublicKeyRequiredError: [403, '%s is required.'],
  RequestFileNumberLimitExceededError: [400, 'The request contains too many files.'],
  RequestFiledsNumberLimitExceededError: [400, 'The request contains too many HTTP POST fields.'],
  RequestParamRequiredError: [400, '%s is required.'],
  RequestSizeLimitExceededError: [413, 'The size of the request is too large.'],
  RequestThrottledError: [429, 'Request was throttled.'],
  ScopeForbiddenError: [403, '`uc.restrictions.scope` does not allow this endpoint.'],
  SignatureExpirationError: [403, 'Expired signature.'],
  SignatureExpirationInvalidError: [400, '`expire` must be a UNIX timestamp.'],
  SignatureExpirationRequiredError: [400, '`expire` is required.'],
  SignatureInvalidError: [403, 'Invalid signature.'],
  SignatureRequiredError: [400, '`signature` is required.'],
  SourceURLRequiredError: [400, 'source_url is required.'],
  TokenRequiredError: [400, 'token is required.'],
  URLBlacklistedError: [400, 'Source is blacklisted.'],
  URLHostMalformedError: [400, 'URL host is malformed.'],
  URLHostPrivateIPForbiddenError: [400, 'Only public IPs are allowed.'],
  URLHostRequiredError: [400, 'No URL host supplied.'],
  URLParsingFailedError: [400, 'Failed to parse URL.'],
  URLSchemeInvalidError: [400, 'Invalid URL scheme.'],
  URLSchemeRequiredError: [400, 'No URL scheme supplied.'],
  UploadAPIError: [500, 'Internal error.'],
  UploadFailedError: [403, 'Upload failed.'],
  UploadViewsError: [400, '%s'],
} as const;

/** The code that names an error of the Upload API. */
export type UploadErrorCode = keyof typeof UPLOAD_ERRORS;

/**
 * An error that the Upload API answers with. A handler throws it, and the code that called the handler turns
 * it into the answer.
 */
export class UploadRefusal extends Error {
  override readonly name = 'UploadRefusal';
  readonly status: number;
  readonly code: UploadErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /** `subjects` are the texts that replace the `%s` in the text of the error, in order. */
  constructor(code: UploadErrorCode, subjects: readonly string[] = [], headers = {}) {
    const [status, message] = UPLOAD_ERRORS[code];
    let gap = 0;
    super(message.replaceAll('%s', () => subjects[gap++] ?? ''));
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * The error for a request above the rate limit. It tells the client to wait this number of whole seconds
 * (docs/uploadcare-api.md 1.5).
 */
export function throttledUpload(seconds: number): UploadRefusal {
  return new UploadRefusal('RequestThrottledError', [], { 'retry-after': String(seconds) });
}
