import type { JsonObject } from '../core/json.ts';

/** The version of the format of plan files. Another version is refused. */
export const PLAN_FORMAT = 1;

/**
 * The first line of a plan file. One line for each item follows, then the summary, then the hash of all lines
 * before it, and then the approvals.
 */
export interface PlanHeader {
  readonly ucbulk: 'plan';
  readonly format: typeof PLAN_FORMAT;
  /** The version of ucbulk that made the plan. */
  readonly tool: string;
  /** Time of the machine's clock, RFC 3339. */
  readonly createdAt: string;
  /** Public key of the default project. */
  readonly project: string;
  readonly restOrigin: string;
  /** Path of the job file as the user gave it; null if the job came from standard input. */
  readonly jobFile: string | null;
  readonly fingerprint: string;
  /** Public keys of which one must approve the plan, as base64 of 32 bytes. Empty if nobody must approve it. */
  readonly approvers: readonly string[];
  readonly job: JsonObject;
}

/** An item of a plan. */
export interface PlanEntry {
  readonly key: string;
  /** Size in bytes; null if unknown. */
  readonly size: number | null;
  /** A short hash of the facts about the item, or of its columns; empty if nothing is known about it. */
  readonly hash: string;
  /** True if the plan could not decide about the file without a read. */
  readonly isOpen: boolean;
}

/** The approval of a plan by a person. */
export interface PlanApproval {
  /** The person's public key, base64 of 32 bytes. */
  readonly key: string;
  /** Time of the machine's clock, RFC 3339. */
  readonly at: string;
  /** Ed25519 signature of `approvalText`, base64. */
  readonly signature: string;
}

/** Formats the line of an item. */
export function formatEntry({ key, size, hash, isOpen }: PlanEntry): string {
  return JSON.stringify(isOpen ? [key, size, hash, 1] : [key, size, hash]);
}

/** Reads the line of an item; null if it is not one. */
export function parseEntry(line: unknown): PlanEntry | null {
  if (!Array.isArray(line) || line.length < 3) return null;
  const [key, size, hash, open] = line as readonly unknown[];
  if (typeof key !== 'string' || typeof hash !== 'string') return null;
  if (size !== null && typeof size !== 'number') return null;
  return { key, size, hash, isOpen: open === 1 };
}
