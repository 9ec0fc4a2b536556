import { inspect } from 'node:util';

const KEY = /^[\w-]{1,128}$/;

/** A key that prints as its name only, whatever prints it: a log, an error, JSON. */
class HiddenText {
  readonly #text: string;
  readonly #shownAs: string;

  constructor(text: string, shownAs: string) {
    this.#text = text;
    this.#shownAs = shownAs;
  }

  /** The text itself, for the one place that needs it. */
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

/** Hidden too, since people mix the two keys up; `reveal()` it where the project must be named. */
class PublicKey extends HiddenText {
  readonly kind = 'public';

  constructor(text: string) {
    super(text, '[public key]');
  }
}

/** Revealed to the signature and to nothing else. */
class SecretKey extends HiddenText {
  readonly kind = 'secret';

  constructor(text: string) {
    super(text, '[secret key]');
  }
}

/** The key pair of one project. */
export interface Credentials {
  readonly publicKey: PublicKey;
  readonly secretKey: SecretKey;
}

/** Checks the form of both keys; the message never quotes them. */
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
