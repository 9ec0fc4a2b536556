import { createHash, type Hash } from 'node:crypto';
import type { ZodError } from 'zod';
import { describeFileProblem } from '../core/file-problem.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import { findJobFault } from '../job/job-fault.ts';
import type { Job } from '../job/job-schema.ts';
import { storedJob } from '../state/stored-job.ts';
import { byteLines } from './byte-lines.ts';
import {
  PLAN_FORMAT,
  type PlanApproval,
  type PlanEntry,
  type PlanHeader,
  parseEntry,
} from './plan-format.ts';
import { headerSchema, type PlanSummary, summarySchema } from './plan-schemas.ts';
import { EntryCounts, findSummaryFault } from './summary-fault.ts';

/** A plan file that is complete and that nobody changed. */
export interface ReadPlan {
  /** Path of the file as the user gave it. */
  readonly file: string;
  readonly header: PlanHeader;
  readonly job: Job;
  /** The plan as `planRun` returned it. */
  readonly summary: PlanSummary;
  /** Number of items that are certainly part of the plan. */
  readonly items: number;
  /** Number of items that the plan could not decide about. */
  readonly open: number;
  /** The SHA-256 of the plan, which identifies it. */
  readonly sha256: string;
  readonly approvals: readonly PlanApproval[];
  /** Number of bytes before the approvals, with the end of the last line. */
  readonly bytes: number;
}

/** Maximum length of a line, bytes. The longest line contains the job. */
const MAX_LINE_BYTES = 32_000_000;
/** Number of items that `onEntries` receives at once. */
const BATCH = 1000;

/**
 * Reads a plan file and checks its hash. `onEntries` receives the items before the hash is checked, so it must
 * not use them before this function has returned. Throws a `UserError` if the file is not an unchanged plan.
 */
export async function readPlan(
  { files, path, file }: { readonly files: Files; readonly path: string; readonly file: string },
  onEntries: (entries: readonly PlanEntry[]) => void = () => undefined,
): Promise<ReadPlan> {
  const { kind } = await files.factsOf(path, 'follow').catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (kind === 'folder')
    throw new UserError('usage', `${file} is a folder, not a plan. ${MAKE_ONE}`);
  const reader = new PlanReader(file, onEntries);
  try {
    for await (const line of byteLines(files.readBytes(path, 0), MAX_LINE_BYTES)) reader.add(line);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(file, error);
  }
  return reader.end();
}

const MAKE_ONE = 'Make a plan with `ucbulk plan JOB -o FILE`.';

function unreadable(file: string, error: unknown): UserError {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const message = isMissing
    ? `There is no file ${file}.`
    : `The plan ${file} can't be read: ${describeFileProblem(error)}.`;
  return new UserError('usage', message, { cause: error });
}

/** Reads the lines of a plan file in order. */
class PlanReader {
  readonly #file: string;
  readonly #onEntries: (entries: readonly PlanEntry[]) => void;
  readonly #hash: Hash = createHash('sha256');
  #header: JsonObject | null = null;
  #summary: JsonObject | null = null;
  #sha256: string | null = null;
  #bytes = 0;
  #approvals: PlanApproval[] = [];
  #batch: PlanEntry[] = [];
  readonly #counts = new EntryCounts();
  /** True if a line has an unknown form. Somebody changed the file, or it was cut off. */
  #isOdd = false;

  constructor(file: string, onEntries: (entries: readonly PlanEntry[]) => void) {
    this.#file = file;
    this.#onEntries = onEntries;
  }

  add(line: Buffer): void {
    const value = parseLine(line);
    if (this.#sha256 === null) this.#bytes += line.length + 1;
    if (this.#header === null) this.#header = this.#parseHeader(value);
    else if (this.#sha256 !== null) this.#addApproval(value);
    else if (isJsonObject(value) && typeof value['sha256'] === 'string') {
      this.#sha256 = value['sha256'];
      return; // the hash is not part of itself
    } else this.#addLine(value);
    if (this.#sha256 === null) this.#hash.update(line).update('\n');
  }

  end(): ReadPlan {
    const file = this.#file;
    if (this.#header === null) {
      throw new UserError('usage', `${file} is empty. ${MAKE_ONE}`);
    }
    this.#flush();
    if (this.#sha256 === null) {
      throw new UserError(
        'usage',
        `The plan ${file} is incomplete: its end is missing. Copy it again, or make a new plan.`,
      );
    }
    const sha256 = this.#hash.digest('hex');
    if (sha256 !== this.#sha256 || this.#isOdd || this.#summary === null) {
      throw new UserError(
        'usage',
        `The plan ${file} was changed after it was made: its content does not match its hash. Nothing was sent. Use the original file, or make a new plan.`,
      );
    }
    const header = this.#checkedHeader(this.#header);
    const job = this.#checkedJob(header);
    const summary = this.#checkedSummary(this.#summary, job);
    const { items, open } = this.#counts;
    const approvals = this.#approvals;
    return { file, header, job, summary, items, open, sha256, approvals, bytes: this.#bytes };
  }

  #checkedHeader(line: JsonObject): PlanHeader {
    const header = headerSchema.safeParse(line);
    if (header.success) return header.data;
    throw this.#damaged(`its first line has no valid ${placeOf(header.error)}`);
  }

  #checkedJob(header: PlanHeader): Job {
    const job = this.#storedJob(header);
    const fault = findJobFault(job);
    if (fault === null) return job;
    throw this.#damaged(`its job has no valid ${fault}`);
  }

  #storedJob(header: PlanHeader): Job {
    try {
      return storedJob(header);
    } catch (error) {
      throw this.#damaged(`its job can't be read`, error);
    }
  }

  /** Checks a summary, and compares it with the items: somebody may have changed it together with the hash. */
  #checkedSummary(line: JsonObject, job: Job): PlanSummary {
    const summary = summarySchema.safeParse(line);
    if (!summary.success) {
      throw this.#damaged(`its summary has no valid ${placeOf(summary.error)}`);
    }
    const fault = findSummaryFault(summary.data, { job, counts: this.#counts });
    if (fault === null) return { ...line, ...summary.data };
    throw this.#damaged(`its summary does not match its items and its job (${fault})`);
  }

  #damaged(why: string, cause?: unknown): UserError {
    return new UserError(
      'usage',
      `The plan ${this.#file} can't be used: ${why}. Somebody changed it, or another version of ucbulk made it. Nothing was sent. Make a new plan.`,
      { cause },
    );
  }

  #parseHeader(value: unknown): JsonObject {
    const file = this.#file;
    if (!isJsonObject(value) || value['ucbulk'] !== 'plan') {
      throw new UserError('usage', `${file} is not a plan. ${MAKE_ONE}`);
    }
    if (value['format'] !== PLAN_FORMAT) {
      const { format, tool } = value;
      throw new UserError(
        'usage',
        `The plan ${file} has format ${String(format)}, and this ucbulk reads format ${PLAN_FORMAT}. Nothing was sent. Make a new plan, or use the version that made it (${String(tool)}).`,
      );
    }
    return value;
  }

  #addLine(value: unknown): void {
    const entry = parseEntry(value);
    if (entry !== null) this.#addEntry(entry);
    else if (isJsonObject(value) && isJsonObject(value['summary']))
      this.#summary = value['summary'];
    else this.#isOdd = true;
  }

  #addEntry(entry: PlanEntry): void {
    if (this.#summary !== null) this.#isOdd = true;
    this.#counts.add(entry);
    this.#batch.push(entry);
    if (this.#batch.length >= BATCH) this.#flush();
  }

  #flush(): void {
    if (this.#batch.length > 0) this.#onEntries(this.#batch);
    this.#batch = [];
  }

  #addApproval(value: unknown): void {
    const approval = isJsonObject(value) ? value['approval'] : null;
    if (!isJsonObject(approval)) {
      this.#isOdd = true;
      return;
    }
    const { key, at, signature } = approval;
    this.#approvals.push({ key: String(key), at: String(at), signature: String(signature) });
  }
}

/** The place of the first fault that a schema found, such as `steps.0.items`. */
function placeOf({ issues }: ZodError): string {
  return issues[0]?.path.join('.') ?? 'content';
}

function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}
