/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

const REDACTED = '[redacted]';
/**
 * Minimum length of a secret, in characters. Shorter texts are not replaced, because they would also match
 * ordinary words.
 */
export const MIN_SECRET = 6;
/**
 * Maximum number of encodings inside each other that are decoded to find a secret, such as base64 in a
 * URL-encoded text (2).
 */
const MAX_DEPTH = 3;

const SPACE = String.raw`(?:\s|\+|%(?:25)*20|\\u0020|&#32;)+`;
const COLON = String.raw`\s*(?::|%(?:25)*3A|\\u003a|&#58;)\s*`;
// The Authorization header that ucbulk sends. A proxy or the service may repeat it in an answer.
const AUTHORIZATION = new RegExp(`(Uploadcare(?:\\.Simple)?)${SPACE}[\\w-]+${COLON}[\\w-]+`, 'gi');
// The header with the password for a proxy. The proxy may repeat it in an answer.
const PROXY_LOGIN = /(proxy-authorization\W{1,12}basic\s+)[\w+/=-]+/gi;
// Signatures of uploads (`signature`), of presigned part URLs (`X-Amz-Signature`) and of webhooks.
const SIGNATURE = /(signature[^0-9a-z]{1,12}(?:3a|3d|22|20){0,4})[0-9a-f]{40,128}/gi;
// The token of a session with a bucket, in a signed URL. The service may repeat the URL of an import.
const SESSION_TOKEN = /(x-amz-security-token(?:=|%(?:25)*3D|["':\s]){1,4})[\w%+/=-]+/gi;
// The token of a signed upload.
const TOKEN = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}/g;
const BASE64_RUN = /[\w+/-]{16,}={0,2}/g;
const HEX_RUN = /(?:[0-9a-f]{2}){12,}/gi;
// In percent-encoding, any character may be encoded. So this matches whole words, which are then decoded.
const PERCENT_RUN = /[\w.~!*()%+-]{6,}/g;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Creates a function that replaces secrets in texts: the given secrets, Authorization headers with any key,
 * and signatures. It also finds secrets that are URL-encoded, escaped as in JSON, or encoded in base64 or
 * hex.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const given = secrets.map((secret) => secret.trim()).filter(({ length }) => length >= MIN_SECRET);
  const forms = [...new Set(given.flatMap(secretForms))].sort(
    (one, other) => other.length - one.length,
  );
  return (text) => redact(text, forms, MAX_DEPTH);
}

function secretForms(secret: string): string[] {
  const url = encodeURIComponent(secret);
  return [
    secret,
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
  ];
}

function redact(text: string, forms: readonly string[], depth: number): string {
  let clean = forms.reduce((left, form) => left.replaceAll(form, REDACTED), text);
  clean = clean
    .replaceAll(AUTHORIZATION, `$1 ${REDACTED}`)
    .replaceAll(PROXY_LOGIN, `$1${REDACTED}`)
    .replaceAll(SIGNATURE, `$1${REDACTED}`)
    .replaceAll(SESSION_TOKEN, `$1${REDACTED}`)
    .replaceAll(TOKEN, REDACTED);
  if (depth === 0) return clean;
  const hidesSecret = (decoded: string) => redact(decoded, forms, depth - 1) !== decoded;
  return clean
    .replaceAll(PERCENT_RUN, (run) => {
      const decoded = fromPercent(run);
      return decoded !== run && hidesSecret(decoded) ? REDACTED : run;
    })
    .replaceAll(HEX_RUN, (run) => (hidesSecret(fromHex(run)) ? REDACTED : run))
    .replaceAll(BASE64_RUN, (run) => {
      if (UUID.test(run)) return run;
      // Letters before the encoded secret may be part of the match. They shift the base64 decoding, so try
      // four starts.
      const isSecret = [0, 1, 2, 3].some((start) => hidesSecret(fromBase64(run.slice(start))));
      return isSecret ? REDACTED : run;
    });
}

function fromPercent(run: string): string {
  const bytes = run.replaceAll(/%([0-9a-f]{2})/gi, (_code, hex: string) => fromHex(hex));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function fromHex(run: string): string {
  return Buffer.from(run, 'hex').toString('latin1');
}

function fromBase64(run: string): string {
  return Buffer.from(run, 'base64').toString('latin1');
}
