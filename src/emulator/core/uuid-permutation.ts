import { deriveSeed, mixBits } from './integer-hash.ts';

const ROUNDS = 4;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Maps the number of a file or request to a version 4 UUID, and the UUID back to the number, without a table.
 * A keyed Feistel permutation encrypts the number into 64 bits of the UUID. The other 58 free bits are a
 * checksum. It shows if a UUID was not made here, so such a UUID is unknown.
 */
export class UuidPermutation {
  readonly #keys: readonly number[];
  readonly #tag: number;

  constructor(seed: number | string) {
    this.#keys = Array.from({ length: ROUNDS }, (_, round) => deriveSeed(seed, `uuid-${round}`));
    this.#tag = deriveSeed(seed, 'uuid-tag');
  }

  uuidOf(index: number): string {
    let left = index >>> 0;
    let right = this.#tag;
    for (const key of this.#keys) {
      const mixed = (left ^ mixBits(key, right)) >>> 0;
      left = right;
      right = mixed;
    }
    return this.#format(left, right);
  }

  indexOf(uuid: string): number | undefined {
    if (!UUID.test(uuid)) return undefined;
    let left = Number.parseInt(uuid.slice(0, 8), 16);
    let right = Number.parseInt(uuid.slice(9, 13) + uuid.slice(24, 28), 16);
    if (this.#format(left, right) !== uuid) return undefined;
    for (let round = ROUNDS - 1; round >= 0; round -= 1) {
      const mixed = (right ^ mixBits(this.#keys[round] ?? 0, left)) >>> 0;
      right = left;
      left = mixed;
    }
    return right === this.#tag ? left : undefined;
  }

  #format(left: number, right: number): string {
    const check = mixBits(left ^ this.#tag, right);
    const tail = mixBits(right, check);
    const third = 0x4000 | (check & 0x0fff);
    const fourth = 0x8000 | ((check >>> 12) & 0x3fff);
    return `${hex32(left)}-${hex16(right >>> 16)}-${hex16(third)}-${hex16(fourth)}-${hex16(right & 0xffff)}${hex32(tail)}`;
  }
}

function hex32(bits: number): string {
  return hex16(bits >>> 16) + hex16(bits & 0xffff);
}

function hex16(bits: number): string {
  return `${HEX[bits >>> 8]}${HEX[bits & 0xff]}`;
}
