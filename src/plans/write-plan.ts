import { createHash } from 'node:crypto';
import { errorMessage } from '../core/error-message.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { type AtomicFile, createAtomicFile } from '../report/atomic-file.ts';
import { formatEntry, type PlanEntry, type PlanHeader } from './plan-format.ts';

const BATCH_CHARACTERS = 64 * 1024;

/** A plan file that is being written. It gets its name only when it is complete. */
export interface PlanWriter {
  add(entries: readonly PlanEntry[]): Promise<void>;
  /** Completes the file. Returns the hash of the plan. */
  finish(summary: object): Promise<string>;
  /** Removes the unfinished file. Does nothing after `finish`. */
  discard(): Promise<void>;
}

/** The place of a new plan file. */
export interface PlanTarget {
  readonly files: Files;
  readonly path: string;
  /** Unique part of the temporary name. */
  readonly id: string;
  /** True to replace an existing file. */
  readonly overwrite: boolean;
  /** Creates the temporary file. Absent for a file on the disk; tests with simulated time pass their own. */
  readonly createFile?: typeof createAtomicFile;
}

/** Begins a plan file. Throws a `UserError` if the file exists already and must not be replaced. */
export async function createPlanWriter(
  target: PlanTarget,
  header: PlanHeader,
): Promise<PlanWriter> {
  await checkTarget(target);
  const { path, id, createFile = createAtomicFile } = target;
  const file = await createFile({ path, id, mode: 0o600 }).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  return new HashedLines(file, target, JSON.stringify(header));
}

/** Throws a `UserError` if a plan can't be written to the path. */
async function checkTarget({ files, path, overwrite }: PlanTarget): Promise<void> {
  const facts = await files.factsOf(path, 'follow').catch(() => null);
  if (facts === null) return;
  if (facts.kind !== 'file') {
    throw new UserError('usage', `${path} exists and is not a file. Name a new file with -o.`);
  }
  if (!overwrite) {
    throw new UserError(
      'usage',
      `${path} exists already. Name a new file with -o, or add --overwrite to replace it. Nothing was sent.`,
    );
  }
}

class HashedLines implements PlanWriter {
  readonly #file: AtomicFile;
  readonly #target: PlanTarget;
  readonly #hash = createHash('sha256');
  #text: string;

  constructor(file: AtomicFile, target: PlanTarget, firstLine: string) {
    this.#file = file;
    this.#target = target;
    this.#text = `${firstLine}\n`;
  }

  async add(entries: readonly PlanEntry[]): Promise<void> {
    for (const entry of entries) {
      this.#text += `${formatEntry(entry)}\n`;
      if (this.#text.length >= BATCH_CHARACTERS) await this.#flush();
    }
  }

  async finish(summary: object): Promise<string> {
    this.#text += `${JSON.stringify({ summary })}\n`;
    await this.#flush();
    const sha256 = this.#hash.digest('hex');
    await this.#write(Buffer.from(`${JSON.stringify({ sha256 })}\n`));
    // Another process may have created the file while this one listed the source.
    await checkTarget(this.#target);
    await this.#file.commit();
    return sha256;
  }

  discard(): Promise<void> {
    return this.#file.discard();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    this.#hash.update(bytes);
    await this.#write(bytes);
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes).catch((error: unknown) => {
      throw unwritable(this.#target.path, error);
    });
  }
}

function unwritable(path: string, error: unknown): UserError {
  const why = errorMessage(error);
  return new UserError('configuration', `The plan can't be written to ${path}: ${why}.`, {
    cause: error,
  });
}
