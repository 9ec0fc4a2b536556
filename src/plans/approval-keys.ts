import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { UserError } from '../core/user-error.ts';

/** The type of the keys, as OpenSSH writes it. */
const SSH_TYPE = 'ssh-ed25519';
/** The bytes before the 32 bytes of a public Ed25519 key in its usual DER form (RFC 8410). */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** The bytes before the 32 bytes of a private Ed25519 key in its usual DER form (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;
const OPENSSH_MAGIC = 'openssh-key-v1\0';

/**
 * Reads public Ed25519 keys from a file: PEM blocks, or lines as in `id_ed25519.pub`. Returns each key as base64
 * of its 32 bytes. `file` is for messages.
 */
export function parsePublicKeys(text: string, file: string): string[] {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  const lines = text.split('\n').filter((line) => line.startsWith(`${SSH_TYPE} `));
  const keys = [
    ...blocks.map((block) => parsePem(block, file)),
    ...lines.map((line) => parseSshLine(line, file)),
  ];
  if (keys.length > 0) return [...new Set(keys)];
  const isPrivate = text.includes('PRIVATE KEY');
  throw new UserError(
    'usage',
    isPrivate
      ? `${file} contains a private key. Name the file with the public key, such as id_ed25519.pub.`
      : `${file} contains no public ed25519 key. Use the file that \`ssh-keygen -t ed25519\` or \`openssl pkey -pubout\` writes.`,
  );
}

/** Reads a private Ed25519 key without a passphrase: PEM (PKCS #8), or a file that `ssh-keygen` writes. */
export function parsePrivateKey(text: string, file: string): KeyObject {
  const isOpenSsh = text.includes('BEGIN OPENSSH PRIVATE KEY');
  const key = isOpenSsh ? parseOpenSsh(text, file) : parsePrivatePem(text, file);
  if (key.asymmetricKeyType !== 'ed25519') throw wrongType(file, key.asymmetricKeyType);
  return key;
}

/** The public key of a private key, as base64 of its 32 bytes. */
export function publicKeyOf(key: KeyObject): string {
  return rawKey(createPublicKey(key));
}

/** Creates the key object of a public key, for the check of a signature. */
export function publicKeyFrom(key: string): KeyObject {
  const der = Buffer.concat([PUBLIC_PREFIX, Buffer.from(key, 'base64')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** The fingerprint of a public key, as `ssh-keygen -l` prints it. */
export function keyFingerprint(key: string): string {
  const blob = Buffer.concat([sshText(Buffer.from(SSH_TYPE)), sshText(Buffer.from(key, 'base64'))]);
  const hash = createHash('sha256').update(blob).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

function parsePem(block: string, file: string): string {
  try {
    const key = createPublicKey(block);
    if (key.asymmetricKeyType !== 'ed25519') throw wrongType(file, key.asymmetricKeyType);
    return rawKey(key);
  } catch (error) {
    throw error instanceof UserError ? error : unreadableKey(file, error);
  }
}

function parseSshLine(line: string, file: string): string {
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const reader = new SshReader(blob, file);
  if (reader.text().toString() !== SSH_TYPE) throw unreadableKey(file);
  return checkedKey(reader.text(), file).toString('base64');
}

function parsePrivatePem(text: string, file: string): KeyObject {
  if (text.includes('ENCRYPTED')) throw withPassphrase(file);
  if (text.includes('BEGIN PUBLIC KEY') || text.startsWith('ssh-')) {
    throw new UserError(
      'usage',
      `${file} contains a public key. Name the file with the private key.`,
    );
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw unreadableKey(file, error);
  }
}

/** Reads the format `openssh-key-v1` (PROTOCOL.key of OpenSSH), which Node can't read. */
function parseOpenSsh(text: string, file: string): KeyObject {
  const body = text.replaceAll(/-----[^-]+-----|\s/g, '');
  const bytes = Buffer.from(body, 'base64');
  if (!bytes.subarray(0, OPENSSH_MAGIC.length).equals(Buffer.from(OPENSSH_MAGIC))) {
    throw unreadableKey(file);
  }
  const reader = new SshReader(bytes.subarray(OPENSSH_MAGIC.length), file);
  const cipher = reader.text().toString();
  if (cipher !== 'none') throw withPassphrase(file);
  reader.text(); // the name of the key derivation, and its options
  reader.text();
  reader.number(); // the number of keys, always 1
  reader.text(); // the public key
  const secrets = new SshReader(reader.text(), file);
  secrets.number(); // two equal numbers, which would show a wrong passphrase
  secrets.number();
  const type = secrets.text().toString();
  if (type !== SSH_TYPE) throw wrongType(file, type);
  secrets.text();
  const seed = checkedKey(secrets.text().subarray(0, KEY_BYTES), file);
  const der = Buffer.concat([PRIVATE_PREFIX, seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** Reads the numbers and texts of the SSH wire format. */
class SshReader {
  readonly #bytes: Buffer;
  readonly #file: string;
  #at = 0;

  constructor(bytes: Buffer, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  number(): number {
    if (this.#at + 4 > this.#bytes.length) throw unreadableKey(this.#file);
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  text(): Buffer {
    const length = this.number();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw unreadableKey(this.#file);
    const text = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return text;
  }
}

function sshText(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function rawKey(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' });
  return der.subarray(-KEY_BYTES).toString('base64');
}

function checkedKey(key: Buffer, file: string): Buffer {
  if (key.length !== KEY_BYTES) throw unreadableKey(file);
  return key;
}

function wrongType(file: string, type: string | undefined): UserError {
  return new UserError(
    'usage',
    `${file} contains a key of the type ${type ?? 'unknown'}. ucbulk needs an ed25519 key: \`ssh-keygen -t ed25519\`.`,
  );
}

function withPassphrase(file: string): UserError {
  return new UserError(
    'usage',
    `The key in ${file} has a passphrase, and ucbulk can't ask for it. Use a key without one: \`openssl genpkey -algorithm ed25519\`.`,
  );
}

function unreadableKey(file: string, cause?: unknown): UserError {
  return new UserError(
    'usage',
    `The key in ${file} can't be read: it is damaged or of another format.`,
    {
      cause,
    },
  );
}
