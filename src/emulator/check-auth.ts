import type { EmulatedProject } from './emulated-project.ts';
import { type EmulatorRequest, isLoopback } from './emulator-request.ts';
import { refusals } from './error-bodies.ts';
import { parseLenientDate } from './lenient-date.ts';
import { expectedSignature, isSameText } from './request-signature.ts';

// The service refuses a Date that is further from its own (api 1.2).
const DATE_WINDOW_MS = 15 * 60_000;

const SIMPLE = /^Uploadcare\.Simple ([^:\s]+):(\S+)$/;
const SIGNED = /^Uploadcare ([^:\s]+):(\S+)$/;

/** The project a request belongs to; throws the service's refusal where its keys do not hold. */
export function authenticate(
  request: EmulatorRequest,
  projects: ReadonlyMap<string, EmulatedProject>,
  nowMs: number,
): EmulatedProject {
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
  project: EmulatedProject,
  sent: { readonly signature: string; readonly nowMs: number },
): void {
  const date = request.headers['x-uploadcare-date'] ?? request.headers.date ?? '';
  const dateMs = parseLenientDate(date);
  const isInWindow = dateMs !== undefined && Math.abs(sent.nowMs - dateMs) <= DATE_WINDOW_MS;
  if (!isInWindow) throw refusals.wrongCredentials();
  const parts = {
    method: request.method,
    target: request.target,
    // not recorded: an absent header signs as an empty line (api 1.2).
    contentType: request.headers['content-type'] ?? '',
    date,
    body: request.body,
  };
  const isRight = project.secretKeys.some((key) =>
    isSameText(sent.signature, expectedSignature(key, parts)),
  );
  if (!isRight) throw refusals.wrongSignature();
}
