import { inspect } from 'node:util';

const KEY = /^[\w-]{1,128}$/;

/** A key that can't be printed by mistake: logs, errors and JSON contain only its name. */
class HiddenText {
  readonly #text: string;
  readonly #shownAs: string;

  constructor(text: string, shownAs: string) {
    this.#text = text;
    this.#shownAs = shownAs;
  }

  /** Returns the key itself. Only code that sends the key or signs with it may call this. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return this.#shownAs;
  }

  toJSON(): string {
    return this.#shownAs;
  }

  [inspect.custom](): string {
    return this.#shownAs;
  }
}

/**
 * The public key. It is hidden too, because people sometimes enter the secret key in its place. Code that
 * identifies the project by this key calls `reveal()`.
 */
class PublicKey extends HiddenText {
  readonly kind = 'public';

  constructor(text: string) {
    super(text, '[public key]');
  }
}

/** The secret key. Code calls `reveal()` only to sign requests, or for `Uploadcare.Simple` authentication. */
class SecretKey extends HiddenText {
  readonly kind = 'secret';

  constructor(text: string) {
    super(text, '[secret key]');
  }
}

export interface Credentials {
  readonly publicKey: PublicKey;
  readonly secretKey: SecretKey;
}

/** Checks the format of both keys. Its error messages never contain the keys. */
export function parseCredentials(publicKey: string, secretKey: string): Credentials {
  return {
    publicKey: new PublicKey(checkKey(publicKey, 'public')),
    secretKey: new SecretKey(checkKey(secretKey, 'secret')),
  };
}

function checkKey(text: string, which: string): string {
  const key = text.trim();
  if (KEY.test(key)) return key;
  throw new Error(
    `The ${which} key is not one: expected 1 to 128 letters, digits, dashes or underscores`,
  );
}
