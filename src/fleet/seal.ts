import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts messages, so that somebody with access to Redis can neither read nor change them. The key
 * comes from the secret key of the project and the id of the run. The secret key itself is never sent.
 */
export interface Seal {
  /** Encrypts a value. Only `open` with the same purpose decrypts it. */
  close(value: unknown, purpose: string): string;
  /** Decrypts a value. Throws if it was sealed with another key or for another purpose, or was changed. */
  open(text: string, purpose: string): unknown;
}

/** Creates the seal of a run. AES-256-GCM, with a key by HKDF-SHA-256. */
export function createSeal(secretKey: string, run: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secretKey, run, 'ucbulk fleet', KEY_BYTES));
  return {
    close(value, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(text, purpose) {
      const sealed = Buffer.from(text, 'base64');
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(tag);
      const body = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return JSON.parse(Buffer.concat([body, decipher.final()]).toString('utf8')) as unknown;
    },
  };
}

// The purposes of sealed texts. A text for one purpose can't be used for another one.
export const callOf = (id: string): string => `call ${id}`;
export const endOf = (id: string): string => `end ${id}`;
export const askOf = (worker: string): string => `ask ${worker}`;
export const replyTo = (worker: string): string => `reply ${worker}`;
