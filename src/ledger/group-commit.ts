import type { Clock, CrashHook } from '../core/world.ts';

/**
 * `intent`: a request is about to be sent, and need not be. `record`: something that happened, so
 * losing it costs money or a person's time.
 */
export type WriteKind = 'intent' | 'record';

interface Waiting {
  readonly write: () => void;
  readonly kind: WriteKind;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How a group of writes reaches the disk. */
interface GroupPorts {
  readonly clock: Clock;
  readonly crash: CrashHook;
  /** Runs the writes in one durable transaction. */
  readonly commit: (writes: () => void) => void;
  /** The same, and may use the reserve. */
  readonly commitFromReserve: (writes: () => void) => void;
  /** Takes the failure of a commit; returns true if it may pass (no room, a lock). From then on all intents are refused. */
  readonly mayPass: (error: unknown) => boolean;
}

/** Pauses before a record that could not be written is written again, ms. */
const PAUSES_MS = [0, 1000, 3000];

/**
 * Writes that became ready in the same tick share one transaction, so one sync of the disk
 * (guarantees W1). If it fails for want of room, its intents are refused and its records are written
 * again. Any other failure rejects all of them: none is durable then.
 */
export class GroupCommit {
  readonly #ports: GroupPorts;
  #waiting: Waiting[] = [];
  /** Why intents are refused; null while they are not. */
  #trouble: { readonly error: unknown } | null = null;

  constructor(ports: GroupPorts) {
    this.#ports = ports;
  }

  /** Resolves once `write` and all that joined it are durable. `write` may run more than once. */
  write(write: () => void, kind: WriteKind): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, kind, resolve, reject });
      if (this.#waiting.length === 1) void this.#ports.clock.tick().then(() => this.#commit());
    });
  }

  async #commit(): Promise<void> {
    const { crash, commit, mayPass } = this.#ports;
    await crash('group-commit');
    const group = this.#waiting;
    this.#waiting = [];
    if (this.#trouble !== null) return this.#commitRecords(group, this.#trouble.error);
    try {
      commit(() => writeAll(group));
    } catch (error) {
      if (!mayPass(error)) return rejectAll(group, error);
      this.#trouble = { error };
      return this.#commitRecords(group, error);
    }
    resolveAll(group);
  }

  /** Refuses the intents of a group, and does what it can for its records. */
  async #commitRecords(group: readonly Waiting[], error: unknown): Promise<void> {
    rejectAll(group.filter(isIntent), error);
    const records = group.filter((waiting) => !isIntent(waiting));
    if (records.length === 0) return;
    let last = error;
    for (const pause of PAUSES_MS) {
      if (pause > 0) await this.#ports.clock.sleep(pause);
      try {
        this.#ports.commitFromReserve(() => writeAll(records));
        return resolveAll(records);
      } catch (again) {
        last = again;
        if (!this.#ports.mayPass(again)) break;
      }
    }
    rejectAll(records, last);
  }
}

function isIntent({ kind }: Waiting): boolean {
  return kind === 'intent';
}

function writeAll(group: readonly Waiting[]): void {
  for (const { write } of group) write();
}

function resolveAll(group: readonly Waiting[]): void {
  for (const { resolve } of group) resolve();
}

function rejectAll(group: readonly Waiting[], error: unknown): void {
  for (const { reject } of group) reject(error);
}
