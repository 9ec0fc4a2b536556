import { createHash } from 'node:crypto';

const DOMAIN = '.ucarecd.net';
const PREFIX_LENGTH = 10;

/**
 * The host that serves the files of one project: `<prefix>.ucarecd.net`. The prefix is the start of
 * the SHA-256 of the public key in base 36, as the vendor's clients compute it.
 */
export function projectCdnHost(publicKey: string): string {
  const digest = BigInt(`0x${createHash('sha256').update(publicKey).digest('hex')}`);
  return `${digest.toString(36).slice(0, PREFIX_LENGTH)}${DOMAIN}`;
}

/** Whether a host serves the files of a project: any host does that is not another project's. */
export function servesProject(host: string | undefined, publicKey: string): boolean {
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  return !name.endsWith(DOMAIN) || name === projectCdnHost(publicKey);
}
