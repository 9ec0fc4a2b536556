import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import type { RedisAddress } from './redis-address.ts';

type Explain = (address: RedisAddress) => string;

const WRONG_KIND: Explain = ({ tls }) =>
  tls
    ? 'it does not answer in TLS. If it has no TLS, write redis:// instead of rediss://'
    : 'it closed the connection. If it has TLS, write rediss:// instead of redis://';

/** Patterns of messages of the client or of Redis, with what a user should know and do. The first one that fits counts. */
const EXPLANATIONS: readonly (readonly [RegExp, Explain])[] = [
  [
    /^NOAUTH/,
    ({ shown }) =>
      `it needs a password. Write it into the address, as in ${withPassword(shown)}, in --fleet or UCBULK_FLEET`,
  ],
  [
    /^WRONGPASS|invalid password/i,
    () => 'the user or the password is wrong. Correct them in --fleet or UCBULK_FLEET',
  ],
  [
    /^NOPERM/,
    () =>
      'its user lacks rights that ucbulk needs. Give the user the rights in docs/fleet.md, "Requirements for Redis"',
  ],
  [
    /DB index is out of range/,
    ({ db }) =>
      `it has no database ${db}. Write another number at the end of the address, or raise \`databases\` in redis.conf`,
  ],
  [
    /certificate/i,
    () =>
      'its certificate is not trusted. Name the file with the certificate of its authority in the environment variable NODE_EXTRA_CA_CERTS',
  ],
  [
    /ECONNREFUSED/,
    () => 'nothing listens at this address. Start Redis, or correct the address in --fleet',
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    () => 'the name of its host is unknown. Correct the address in --fleet, or check the network',
  ],
  [/ECONNRESET|EPIPE|Connection is closed|wrong version number|packet length/i, WRONG_KIND],
  [
    /ETIMEDOUT/,
    (address) =>
      address.tls
        ? WRONG_KIND(address)
        : 'it does not answer. Check the address in --fleet and the firewalls between here and there',
  ],
];

/** The error of a command whose Redis can't be used (exit code 3). */
export function redisFault(cause: unknown, address: RedisAddress): UserError {
  const message = errorMessage(cause).replace(/\.$/, '');
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(message));
  const why =
    known?.[1](address) ?? `${message}. Check the address, the user and the password in --fleet`;
  return new UserError('configuration', `Redis at ${address.shown} can't be used: ${why}.`, {
    cause,
  });
}

/** The address with a placeholder for the password. */
function withPassword(shown: string): string {
  return shown.replace('://', '://:PASSWORD@');
}
