import { inspect } from 'node:util';

const KEY = /^[\w-]{1,128}$/;

/** A key that logs, errors and JSON show only by its name. */
class HiddenText {
  readonly #text: string;
  readonly #shownAs: string;

  constructor(text: string, shownAs: string) {
    this.#text = text;
    this.#shownAs = shownAs;
  }

  /** Returns the text itself; only for the code that must send or sign with it. */
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

/** Also hidden, because people mix up the two keys. `reveal()` it to identify the project. */
class PublicKey extends HiddenText {
  readonly kind = 'public';

  constructor(text: string) {
    super(text, '[public key]');
  }
}

/** Revealed only to make signatures. */
class SecretKey extends HiddenText {
  readonly kind = 'secret';

  constructor(text: string) {
    super(text, '[secret key]');
  }
}

/** The keys of one project. */
export interface Credentials {
  readonly publicKey: PublicKey;
  readonly secretKey: SecretKey;
}

/** Checks the format of both keys. The error message never quotes them. */
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
