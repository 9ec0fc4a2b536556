import { type EmulatorRequest, isLoopback } from '../protocol/emulator-request.ts';
import { refusals } from '../protocol/rest-refusals.ts';
import { expectedSignature, isSameText } from './request-signature.ts';

// The service refuses a request if its Date header differs by more than 15 minutes from the service's own
// time (docs/uploadcare-api.md 1.2).
const DATE_WINDOW_MS = 15 * 60_000;

const SIMPLE = /^Uploadcare\.Simple ([^:\s]+):(\S+)$/;
const SIGNED = /^Uploadcare ([^:\s]+):(\S+)$/;

/** The secret keys of a project. A request may be signed with any of them. */
interface KeyHolder {
  readonly secretKeys: readonly string[];
}

/**
 * Finds the project whose public key a request names. Throws the error answer of the service if the
 * credentials are wrong.
 */
export function authenticate<Project extends KeyHolder>(
  request: EmulatorRequest,
  projects: ReadonlyMap<string, Project>,
  nowMs: number,
): Project {
  const authorization = request.headers.authorization ?? '';
  const simple = SIMPLE.exec(authorization);
  const match = simple ?? SIGNED.exec(authorization);
  if (match === null) throw refusals.wrongCredentials();
  const [, publicKey = '', proof = ''] = match;
  const isSecure = request.isHttps !== false || isLoopback(request);
  if (simple !== null && !isSecure) throw refusals.simpleOverHttp();
  const project = projects.get(publicKey);
  if (project === undefined) throw refusals.unknownPublicKey(publicKey);
  if (simple === null) checkSignature(request, project, { signature: proof, nowMs });
  else if (!project.secretKeys.some((key) => isSameText(proof, key))) throw refusals.wrongSecret();
  return project;
}

function checkSignature(
  request: EmulatorRequest,
  project: KeyHolder,
  sent: { readonly signature: string; readonly nowMs: number },
): void {
  const date = request.headers['x-uploadcare-date'] ?? request.headers.date ?? '';
  const dateMs = parseLenientDate(date);
  const isInWindow = dateMs !== undefined && Math.abs(sent.nowMs - dateMs) <= DATE_WINDOW_MS;
  if (!isInWindow) throw refusals.wrongCredentials();
  const parts = {
    method: request.method,
    target: request.target,
    // Assumption: if a client sends no Content-Type header, the signed text has an empty line in its place.
    // No recording of the real service shows this case (docs/uploadcare-api.md 1.2).
    contentType: request.headers['content-type'] ?? '',
    date,
    body: request.body,
  };
  const isRight = project.secretKeys.some((key) =>
    isSameText(sent.signature, expectedSignature(key, parts)),
  );
  if (!isRight) throw refusals.wrongSignature();
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DATE =
  /(\d{1,2})[ -]([A-Za-z]{3})[a-z]*,?[ -](\d{4}),?\s+(\d\d):(\d\d):(\d\d)(?:\s+(?:GMT|UTC?|Z|([+-]\d{4})))?\s*$/;

/**
 * Reads the Date header of a request. Returns milliseconds since 1970, or undefined for an invalid date. The
 * service accepts RFC 2822, and also a comma after the year, because one of the vendor's own clients sends it
 * (docs/uploadcare-api.md 1.2).
 */
export function parseLenientDate(text: string): number | undefined {
  const match = DATE.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '?') / 3;
  if (match === null || !Number.isInteger(month)) return undefined;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((part) => Number(match[part]));
  const ms = Date.UTC(year ?? 0, month, day, hour, minute, second);
  return ms - zoneMinutes(match[7] ?? '+0000') * 60_000;
}

function zoneMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith('-') ? -minutes : minutes;
}
