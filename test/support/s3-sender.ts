import { Pool } from 'undici';
import type { SignedRequest } from './s3-signer.ts';

/** An answer of a server. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Sends requests exactly as they were signed: other clients take dot segments out of the path. */
export interface S3Sender {
  send(request: Pick<SignedRequest, 'method' | 'target' | 'headers' | 'body'>): Promise<S3Answer>;
  close(): Promise<void>;
}

/** Opens connections to a server. */
export function openSender(endpoint: string, connections = 16): S3Sender {
  const pool = new Pool(new URL(endpoint).origin, { connections });
  return {
    async send({ method, target, headers, body }) {
      const answer = await pool.request({
        method: method as 'GET',
        path: target,
        headers,
        body: body.length === 0 ? null : body,
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: Buffer.from(await answer.body.arrayBuffer()),
      };
    },
    close: () => pool.close(),
  };
}
