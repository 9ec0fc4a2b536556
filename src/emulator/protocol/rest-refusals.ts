const CHALLENGE = { 'www-authenticate': 'Uploadcare' };
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Creates the error answers of the REST API, with the texts of the real service (docs/uploadcare-api.md 1.1
 * to 1.5, 3.5 and 3.7).
 */
export const refusals = {
  notFound: () => refuse(404, 'Not found.'),
  // In recordings of the real service, this text has no period at its end, although the vendor's
  // documentation has one. This is the only error whose content type is plain `application/json`.
  versionNotSupported: () =>
    refuse(
      406,
      'Incorrect Accept header provided. Make sure to specify API version. Refer to REST API docs for details',
      JSON_TYPE,
    ),
  unknownPublicKey: (key: string) => unauthorized(`Public key ${key} not found.`),
  wrongSignature: () => unauthorized('Invalid signature. Please check your secret key.'),
  wrongSecret: () => unauthorized('Secret key not found.'),
  // Assumption: the service also sends this text for an expired Date header and for a missing header
  // (docs/uploadcare-api.md 15.3 and 15.4). No recording of the real service shows these cases.
  wrongCredentials: () => unauthorized('Incorrect authentication credentials.'),
  simpleOverHttp: () =>
    refuse(
      400,
      'Simple authentication over HTTP is forbidden. Please, use HTTPS or signed requests instead.',
    ),
  // Assumption: the service sends this text, which is the default of Django REST framework
  // (docs/uploadcare-api.md 1.4). No recording of the real service shows this error.
  methodNotAllowed: (method: string) => refuse(405, `Method "${method}" not allowed.`),
  unsupportedMediaType: (type: string) =>
    refuse(415, `Unsupported media type "${type}" in request.`),
  malformedJson: (reason: string) => refuse(400, `JSON parse error - ${reason}`),
  expectedJsonObject: () => refuse(400, 'Expected JSON object.'),
  bodyTooLarge: () => refuse(413, 'The size of the request is too large.'),
  throttled: (seconds: number) =>
    refuse(
      429,
      `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`,
      { 'retry-after': String(seconds) },
    ),
  // This text is an assumption: no recording of the real service shows this error (docs/uploadcare-api.md
  // 15.6).
  badParameter: (name: string, value: string) =>
    refuse(400, `Invalid value of \`${name}\` parameter: \`${value}\`.`),
  expectedUuidList: () => refuse(400, 'Expected list of UUIDs'),
  emptyUuidList: () => refuse(400, 'List of UUIDs can not be empty'),
  tooManyUuids: (limit: number) =>
    refuse(400, `Maximum UUIDs per request is exceeded. The limit is ${limit}`),
  parameterRequired: (name: string) => refuse(400, `\`${name}\` parameter is required.`),
  expectedBoolean: (name: string) =>
    refuse(400, `\`${name}\` parameter should be \`true\` or \`false\`.`),
  badSource: () => refuse(400, 'Bad `source` parameter. Use UUID or CDN URL.'),
  unknownStorage: () => refuse(400, 'Project has no storage with provided name.'),
  badPattern: (pattern: string) => refuse(400, `Invalid pattern provided: \`${pattern}\``),
  badPatternCharacter: () =>
    refuse(400, 'Invalid pattern provided: Invalid character in a pattern.'),
  fileNotReady: () => refuse(400, 'File is not ready yet.'),
  badRequest: (detail: string) => refuse(400, detail),
  /**
   * An error that lists the wrong fields of the request, each with its problem (docs/uploadcare-api.md 1.4,
   * shape B).
   */
  fields: (errors: Readonly<Record<string, unknown>>) => new ServiceRefusal(400, errors),
  pathsRequired: () => refuse(400, '“paths” parameter is required.'),
  conversionDenied: (kind: 'document' | 'video') =>
    refuse(
      400,
      `${kind === 'document' ? 'Document' : 'Video'} conversion feature is not available for this project.`,
    ),
  concurrentCall: () => refuse(409, 'Concurrent call attempted'),
  // This text is an assumption: a recording shows only its length, 48 characters (docs/uploadcare-api.md
  // 15.23).
  addonDenied: () => refuse(403, "You can't use this add-on with the current plan."),
  webhooksDenied: () => refuse(403, "You can't use webhooks"),
  fileTooLargeToCopy: () => refuse(400, 'Copying of large files is not supported at the moment.'),
} as const;

/** The texts for single files that a batch request could not process (docs/uploadcare-api.md 3.5). */
export const PROBLEMS = { invalid: 'Invalid', missing: 'Missing in the project' } as const;

/** The answer for an unknown path: an HTML page instead of JSON (docs/uploadcare-api.md 1.4). */
export const NOT_FOUND_PAGE =
  '<!DOCTYPE html>\n<html lang="en"><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n';

function refuse(status: number, detail: string, headers = {}): ServiceRefusal {
  return new ServiceRefusal(status, { detail }, headers);
}

function unauthorized(detail: string): ServiceRefusal {
  return refuse(401, detail, CHALLENGE);
}

/**
 * An error that the service answers with. A handler throws it, and the code that called the handler turns it
 * into the answer.
 */
export class ServiceRefusal extends Error {
  override readonly name = 'ServiceRefusal';
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = JSON.stringify(body);
    this.headers = headers;
  }
}
