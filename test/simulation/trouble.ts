import { present } from '../../src/core/present.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { diskFull } from '../support/ledger-writes.ts';
import type { Death } from '../support/process-life.ts';
import type { NetworkFault } from '../support/wire-faults.ts';
import type { Mishap } from './schedule.ts';
import type { Witness } from './witness.ts';

/** The parts of the simulation that mishaps act on. */
export interface TroublePorts {
  readonly mishaps: readonly Mishap[];
  /** The keys of the job's items, by position. */
  readonly keys: readonly string[];
  readonly keyPair: { readonly publicKey: string; readonly secretKey: string };
  readonly witness: Witness;
  /** Lets time pass while the process can't do anything. */
  readonly block: (ms: number) => void;
  readonly stop: (how: 'drain' | 'abort') => void;
  readonly startSecond: () => void;
  readonly control: (change: 'pause' | 'stop' | 'set', forMs: number) => void;
}

/** Counts requests, writes and file accesses over all processes, and triggers the mishap that is due at each. */
export class Trouble {
  /** Number of mishaps that happened, by kind. */
  readonly met = new Map<string, number>();
  /** The emulator's numbers of requests by other people. */
  readonly otherRequests = new Set<number>();
  /** Keys of the items that other people changed. */
  readonly touched = new Set<string>();
  /** When other people tagged an item `keep`, by key: ms since 1970, by the service's clock. */
  readonly protectedAt = new Map<string, number>();
  /** How far our wall clock is ahead of the service's, ms. */
  skewMs = 0;
  isRevoked = false;
  readonly #ports: TroublePorts;
  #requests = 0;
  #writes = 0;
  #uses = 0;
  #wrongDates = 0;

  constructor(ports: TroublePorts) {
    this.#ports = ports;
  }

  /** How the n-th process dies; null if it does not. */
  deathOf(life: number): Death | null {
    for (const mishap of this.#ports.mishaps) {
      if (!('life' in mishap) || mishap.life !== life || mishap.kind === 'unanswered') continue;
      if (mishap.kind === 'sudden-death') return { afterMs: mishap.afterMs };
      return { point: mishap.point, hit: mishap.hit };
    }
    return null;
  }

  /** Called before each request; returns its fault. */
  beforeRequest(): NetworkFault | null {
    this.#requests += 1;
    const { mishaps, witness } = this.#ports;
    const now = this.#requests;
    for (const mishap of mishaps) {
      const isDue = 'request' in mishap && mishap.request === now && mishap.kind !== 'fault';
      if (isDue) this.#happen(mishap);
    }
    const [fault = null] = mishaps.flatMap((mishap) =>
      mishap.kind === 'fault' && isWithin(now - mishap.request, mishap.times) ? [mishap.fault] : [],
    );
    if (fault === null) return null;
    this.note(`fault: ${fault}`);
    if (fault === 'date-late' || fault === 'date-early') this.#dateWrongly();
    witness.tell(`  request ${now} meets ${fault}`);
    return fault;
  }

  /** Called before each commit of the ledger. Blocks if the disk is slow, and throws if it is full. */
  beforeCommit(): void {
    this.#writes += 1;
    const { mishaps, witness, block } = this.#ports;
    for (const mishap of mishaps) {
      if (mishap.kind !== 'slow-disk' || !isWithin(this.#writes - mishap.write, mishap.times))
        continue;
      this.note('slow-disk');
      witness.tell(`  write ${this.#writes} takes ${mishap.ms} ms`);
      witness.seen.isDiskSlow = true;
      block(mishap.ms);
    }
    if (!mishaps.some((one) => one.kind === 'disk-full' && one.write === this.#writes)) return;
    this.note('disk-full');
    witness.tell(`  no room for write ${this.#writes}`);
    throw diskFull();
  }

  /** Called before each file access; throws the error of a failing disk. */
  beforeFile(): void {
    this.#uses += 1;
    for (const mishap of this.#ports.mishaps) {
      if (mishap.kind !== 'file-error' || mishap.use !== this.#uses) continue;
      this.note(`file-error: ${mishap.code}`);
      this.#ports.witness.tell(`  ${JSON.stringify(mishap)}`);
      throw Object.assign(new Error(`${mishap.code}: simulated`), { code: mishap.code });
    }
  }

  /** Counts a mishap that happened. */
  note(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  #happen(mishap: Mishap): void {
    const { witness, keys, stop, startSecond, control } = this.#ports;
    this.note(mishap.kind);
    witness.tell(`  ${JSON.stringify(mishap)}`);
    if (mishap.kind === 'stop') stop(mishap.how);
    if (mishap.kind === 'control') control(mishap.change, mishap.forMs);
    if (mishap.kind === 'revoked') this.isRevoked = true;
    if (mishap.kind === 'second-runner') startSecond();
    if (mishap.kind === 'elsewhere') this.#touch(mishap.what, keys[mishap.item]);
    if (mishap.kind !== 'clock-jump') return;
    this.skewMs += mishap.byMs;
    witness.seen.isClockOff = true;
  }

  /** False if nobody can answer a question of this process. */
  isAnswered(life: number): boolean {
    const isAlone = this.#ports.mishaps.some(
      (mishap) => mishap.kind === 'unanswered' && mishap.life === life,
    );
    if (isAlone) this.note('unanswered');
    return !isAlone;
  }

  /** A single wrong date must not matter. Two can agree on a wrong time, and ucbulk trusts the date of a refusal. */
  #dateWrongly(): void {
    const { seen } = this.#ports.witness;
    this.#wrongDates += 1;
    if (this.#wrongDates < 2 && !this.isRevoked) return;
    seen.isClockOff = true;
    seen.isServiceClockOff = true;
  }

  /** Another person stores, deletes or tags a file of the run, or changes its copy. */
  #touch(what: 'store' | 'delete' | 'protect' | 'harm', key: string | undefined): void {
    if (key === undefined) return;
    const { witness, keyPair } = this.#ports;
    const { emulator } = witness.seen;
    this.touched.add(key);
    if (what === 'harm') {
      harmCopy(emulator, key);
      return;
    }
    const from = emulator.audit.length;
    emulator.handle({
      method: what === 'delete' ? 'DELETE' : 'PUT',
      target: `/files/${key}/${what === 'protect' ? 'tags' : 'storage'}/`,
      headers: {
        host: 'service.test',
        accept: 'application/vnd.uploadcare-v0.7+json',
        'content-type': 'application/json',
        authorization: `Uploadcare.Simple ${keyPair.publicKey}:${keyPair.secretKey}`,
      },
      body: what === 'protect' ? '{"tags":["keep"]}' : '',
    });
    if (what === 'protect') {
      const tagged = [...emulator.audit.entries(from)].find(({ uuid }) => uuid === key);
      if (tagged !== undefined) this.protectedAt.set(key, tagged.at / 1000);
    }
    for (const { request } of emulator.audit.entries(from)) this.otherRequests.add(request);
  }
}

function harmCopy({ buckets }: Emulator, file: string): void {
  for (const { key, size, contentDisposition: name } of buckets.list('attic')) {
    const bytes = 'x'.repeat(size);
    if (key.startsWith(file))
      buckets.put('attic', key, { bytes, ...present({ contentDisposition: name }) });
  }
}

function isWithin(place: number, times = 1): boolean {
  return place >= 0 && place < times;
}
