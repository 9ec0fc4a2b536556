import type { Clock, CrashHook } from '../core/world.ts';

/**
 * The kind of a write. `intent`: it announces a request. If the write fails, the request is not sent.
 * `record`: it records something that happened already. If it is lost, an item may be in doubt, or work may
 * be paid for twice. `deferred-record`: the same, but ucbulk can do the work again without harm if the record
 * is lost. It waits a moment for other writes, and not for the disk: a power cut may undo the last ones.
 */
export type WriteKind = 'intent' | 'record' | 'deferred-record';

interface Waiting {
  readonly write: () => void;
  readonly kind: WriteKind;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes a group to the disk and handles failures. */
interface GroupDependencies {
  readonly clock: Clock;
  readonly crash: CrashHook;
  /** Runs the writes of a group in one transaction, and syncs the disk if `isSynced`. */
  readonly commit: (writes: () => void, isSynced: boolean) => void;
  /** Like `commit`, but may use the reserved disk space. */
  readonly commitFromReserve: (writes: () => void) => void;
  /**
   * Handles the failure of a commit. Returns true if the failure is temporary (no disk space, a lock). From
   * then on, all intents are refused.
   */
  readonly reportIfTemporary: (error: unknown) => boolean;
}

/** If a commit takes longer than this, the next commit must wait, ms. A commit usually takes a few ms. */
const SLOW_COMMIT_MS = 200;
/** Longest wait after a slow commit, ms. In this time, a request can connect to the service. */
const MAX_REST_MS = 1000;

/** How long a deferred record waits for other writes, ms. Each commit costs as much as several items. */
const GATHER_MS = 50;

/** The disk is synced at least this often while writes are committed, ms. */
const SYNC_EVERY_MS = 1000;

/** Pauses before the retries of a record that could not be written, ms. */
const PAUSES_MS = [0, 1000, 3000];

/**
 * Collects the writes of about the same time (of one tick of the event loop), and commits them in one
 * transaction with one sync of the disk (docs/guarantees.md, W1). If the commit fails for a temporary reason,
 * such as a full disk, the intents are refused and the records are retried. After any other failure, all
 * writes of the transaction are rejected, because none of them is on disk. Deferred records wait up to 50 ms,
 * or for the next other write.
 *
 * A commit blocks the process. So after a slow commit, the next one waits as long as the slow commit took, up
 * to a second. Without this wait, commits can follow each other so closely that every intent is too old
 * before its request is sent. During the wait, more writes gather for the next commit.
 */
export class GroupCommit {
  readonly #deps: GroupDependencies;
  #waiting: Waiting[] = [];
  /** True if the end of this turn commits all waiting writes. */
  #isCommitNear = false;
  /** True if a timer commits the deferred records. */
  #isGathering = false;
  /** Time before which no commit may start, monotonic ms. */
  #restUntil = 0;
  /** When the disk was last synced, monotonic ms. */
  #syncedAt = Number.NEGATIVE_INFINITY;
  /** The temporary failure that made `GroupCommit` refuse all intents; null while it accepts them. */
  #trouble: { readonly error: unknown } | null = null;

  constructor(deps: GroupDependencies) {
    this.#deps = deps;
  }

  /**
   * Resolves when `write` is committed, together with other writes of about the same time. `write` may run
   * more than once.
   */
  write(write: () => void, kind: WriteKind): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, kind, resolve, reject });
      if (this.#isCommitNear) return;
      if (kind !== 'deferred-record') this.#commitSoon();
      else if (!this.#isGathering) this.#gather();
    });
  }

  #commitSoon(): void {
    this.#isCommitNear = true;
    void this.#untilCommit().then(() => this.#commit());
  }

  #gather(): void {
    this.#isGathering = true;
    void this.#deps.clock.sleep(GATHER_MS).then(() => {
      this.#isGathering = false;
      if (this.#waiting.length > 0 && !this.#isCommitNear) this.#commitSoon();
    });
  }

  #untilCommit(): Promise<void> {
    const { clock } = this.#deps;
    const restMs = this.#restUntil - clock.monotonic();
    return restMs > 0 ? clock.sleep(restMs) : clock.tick();
  }

  async #commit(): Promise<void> {
    const { clock, crash, commit, reportIfTemporary } = this.#deps;
    await crash('group-commit');
    const group = this.#waiting;
    this.#waiting = [];
    this.#isCommitNear = false;
    if (this.#trouble !== null) return this.#commitRecords(group, this.#trouble.error);
    const startedAt = clock.monotonic();
    const isSynced =
      startedAt - this.#syncedAt >= SYNC_EVERY_MS ||
      group.some(({ kind }) => kind !== 'deferred-record');
    try {
      commit(() => writeAll(group), isSynced);
    } catch (error) {
      if (!reportIfTemporary(error)) return rejectAll(group, error);
      this.#trouble = { error };
      return this.#commitRecords(group, error);
    }
    const now = clock.monotonic();
    if (isSynced) this.#syncedAt = now;
    const tookMs = now - startedAt;
    if (tookMs > SLOW_COMMIT_MS) this.#restUntil = now + Math.min(tookMs, MAX_REST_MS);
    resolveAll(group);
  }

  /** Refuses the intents of a group, and retries its records. */
  async #commitRecords(group: readonly Waiting[], error: unknown): Promise<void> {
    rejectAll(group.filter(isIntent), error);
    const records = group.filter((waiting) => !isIntent(waiting));
    if (records.length === 0) return;
    let last = error;
    for (const pause of PAUSES_MS) {
      if (pause > 0) await this.#deps.clock.sleep(pause);
      try {
        this.#deps.commitFromReserve(() => writeAll(records));
        return resolveAll(records);
      } catch (again) {
        last = again;
        if (!this.#deps.reportIfTemporary(again)) break;
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
