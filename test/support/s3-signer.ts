import { createHash, createHmac } from 'node:crypto';

/** Keys, region and endpoint for which requests are signed. */
export interface SigningOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region?: string;
  /** Scheme, host and perhaps a path, such as `http://127.0.0.1:8010/s3`. */
  readonly endpoint: string;
}

/** A request to a bucket, before it is signed. */
export interface PlainRequest {
  readonly method?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** True to sign `UNSIGNED-PAYLOAD` instead of the hash of the body. */
  readonly isUnsigned?: boolean;
}

/** A signed request, ready to be sent. */
export interface SignedRequest {
  readonly method: string;
  readonly origin: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Signs requests to S3. It shares no code with ucbulk's client and with the emulator. */
export class S3Signer {
  readonly #options: SigningOptions;
  readonly #now: () => number;

  constructor(options: SigningOptions, now: () => number = () => Date.now()) {
    this.#options = options;
    this.#now = now;
  }

  sign(plain: PlainRequest): SignedRequest {
    const { method = 'GET', query = {}, headers = {}, isUnsigned = false } = plain;
    const { sessionToken, endpoint } = this.#options;
    const { origin, host } = new URL(endpoint);
    const body = Buffer.from(plain.body ?? '');
    const payload = isUnsigned
      ? 'UNSIGNED-PAYLOAD'
      : createHash('sha256').update(body).digest('hex');
    const date = this.#date();
    const signed: Record<string, string> = {
      ...headers,
      host,
      'x-amz-content-sha256': payload,
      'x-amz-date': date,
      ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    };
    const parts = { method, path: this.path(plain), query, headers: signed, payload, date };
    const { signature, names } = this.#signature(parts);
    const text = queryText(query);
    const credential = `${this.#options.accessKeyId}/${this.#scope(date)}`;
    return {
      method,
      origin,
      target: text === '' ? parts.path : `${parts.path}?${text}`,
      headers: {
        ...signed,
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
      },
      body,
    };
  }

  /** A presigned URL, without parsing it: a URL parser would remove dot segments. */
  presign(plain: PlainRequest, seconds: number): string {
    const { origin, host } = new URL(this.#options.endpoint);
    const { accessKeyId, sessionToken } = this.#options;
    const date = this.#date();
    const query: Record<string, string> = {
      ...plain.query,
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${this.#scope(date)}`,
      'X-Amz-Date': date,
      'X-Amz-Expires': String(seconds),
      'X-Amz-SignedHeaders': 'host',
      ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    };
    const path = this.path(plain);
    const method = plain.method ?? 'GET';
    const payload = 'UNSIGNED-PAYLOAD';
    const { signature } = this.#signature({
      method,
      path,
      query,
      headers: { host },
      payload,
      date,
    });
    return `${origin}${path}?${queryText(query)}&X-Amz-Signature=${signature}`;
  }

  path({ bucket, key }: PlainRequest): string {
    const base = new URL(this.#options.endpoint).pathname.replace(/\/$/, '');
    const encodedKey = (key ?? '').split('/').map(encode).join('/');
    const ending = key === undefined && bucket !== undefined ? '' : `/${encodedKey}`;
    return `${base}${bucket === undefined ? '' : `/${bucket}`}${ending}`;
  }

  #date(): string {
    return new Date(this.#now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  }

  #scope(date: string): string {
    return `${date.slice(0, 8)}/${this.#options.region ?? 'us-east-1'}/s3/aws4_request`;
  }

  #signature(parts: {
    method: string;
    path: string;
    query: Readonly<Record<string, string>>;
    headers: Readonly<Record<string, string>>;
    payload: string;
    date: string;
  }): { signature: string; names: string } {
    const lower = Object.entries(parts.headers).map(([name, value]) => [name.toLowerCase(), value]);
    const headers = lower.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
    const names = headers.map(([name]) => name).join(';');
    const lines = headers.map(([name, value]) => `${name}:${value}`);
    const canonical = [parts.method, parts.path, queryText(parts.query), ...lines, '', names];
    const hash = createHash('sha256')
      .update([...canonical, parts.payload].join('\n'))
      .digest('hex');
    const scope = this.#scope(parts.date);
    let key: string | Buffer = `AWS4${this.#options.secretAccessKey}`;
    for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
    const text = ['AWS4-HMAC-SHA256', parts.date, scope, hash].join('\n');
    return { signature: createHmac('sha256', key).update(text).digest('hex'), names };
  }
}

function queryText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort().join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
