import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { WireError } from '../core/world.ts';
import { type ApiRequest, requestName } from './send.ts';

const CERTIFICATE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/;
const BODY_FAULT = /^body_(changed|unreadable)$/;
const PROXY = /^proxy_/;
const OUR_BUG = /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;

/** Creates the failure for a network error. */
export function classifyWireError(request: ApiRequest, error: WireError): ClassifiedError {
  const ofBody = bodyFailure(error);
  if (ofBody !== null) return ofBody;
  const requestId = error.headers['x-uploadcare-request-id'];
  return new ClassifiedError({
    ...chooseVerdict(request, error),
    code: error.code === 'aborted' ? 'canceled' : error.code,
    effect: isWhole(error) && request.mutates ? 'unknown' : 'none',
    ...(requestId === undefined ? {} : { requestId }),
    cause: error,
  });
}

/**
 * The failure of another request from which the body was read, such as that of an object of a bucket. It decides what
 * happens then, because this request was not sent completely. Null if the body came from the disk.
 */
function bodyFailure({ code, cause }: WireError): ClassifiedError | null {
  const inner = cause instanceof Error ? cause.cause : null;
  if (code !== 'body_unreadable' || !(inner instanceof ClassifiedError)) return null;
  return inner.code === 'unreadable' ? null : inner;
}

/** False if it is certain that the service did not receive the whole request. */
function isWhole({ phase, code }: WireError): boolean {
  return phase !== 'unsent' && !BODY_FAULT.test(code);
}

type Verdict = Pick<FailureFacts, 'kind' | 'message' | 'fatalCause'>;

function chooseVerdict(request: ApiRequest, error: WireError): Verdict {
  const name = requestName(request);
  const { code, message, phase } = error;
  if (code === 'aborted') return { kind: 'canceled', message: `Stopped during ${name}` };
  if (PROXY.test(code)) return { kind: 'fatal', message, fatalCause: 'configuration' };
  if (phase === 'unsent' && CERTIFICATE.test(code)) {
    const hint =
      'the secure connection was refused; check the API base URL. If a proxy or your own server has a certificate that this machine does not trust, set NODE_EXTRA_CA_CERTS=/path/to/its-ca.pem';
    return { kind: 'fatal', message: `${code} on ${name}: ${hint}`, fatalCause: 'configuration' };
  }
  if (OUR_BUG.test(code)) {
    return { kind: 'fatal', message: `${code} on ${name}: ${message}`, fatalCause: 'bug' };
  }
  if (BODY_FAULT.test(code)) {
    return { kind: 'permanent', message: `The file for ${name} was not sent: ${message}` };
  }
  if (phase === 'unsent') {
    return { kind: 'transient', message: `${code} on ${name}: nothing was sent (${message})` };
  }
  return { kind: 'transient', message: `${code} on ${name}: no whole answer came (${message})` };
}
