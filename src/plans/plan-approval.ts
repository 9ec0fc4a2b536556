import { type KeyObject, sign, verify } from 'node:crypto';
import { UserError } from '../core/user-error.ts';
import { keyFingerprint, publicKeyFrom, publicKeyOf } from './approval-keys.ts';
import type { PlanApproval } from './plan-format.ts';
import type { ReadPlan } from './read-plan.ts';

/** The approval that allows a run to apply a plan. */
export interface Approver {
  /** Fingerprint of the key, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** When the person approved the plan, RFC 3339. */
  readonly at: string;
  /** True if the key comes from `--approved-by`, and not only from the plan itself. */
  readonly isTrusted: boolean;
}

/** The text that a person signs. It contains the hash of the plan, so it is valid for this plan only. */
function approvalText(sha256: string, { key, at }: Omit<PlanApproval, 'signature'>): Buffer {
  return Buffer.from(`ucbulk plan approval 1\n${sha256}\n${key}\n${at}\n`);
}

/** Signs a plan. Throws a `UserError` if the plan asks for the approval of other keys. */
export function signPlan(
  { file, header, sha256 }: ReadPlan,
  privateKey: KeyObject,
  at: string,
): PlanApproval {
  const key = publicKeyOf(privateKey);
  const { approvers } = header;
  if (approvers.length > 0 && !approvers.includes(key)) {
    throw new UserError(
      'refused',
      `The plan ${file} needs the approval of ${approvers.map(keyFingerprint).join(' or ')}, and this key is ${keyFingerprint(key)}. Nothing was written.`,
    );
  }
  const signature = sign(null, approvalText(sha256, { key, at }), privateKey).toString('base64');
  return { key, at, signature };
}

/**
 * Checks that somebody has approved a plan: one of the keys that the plan names, and one of the `trusted` keys.
 * Null if neither the plan nor the caller asks for an approval. Throws a `UserError` if it is missing.
 */
export function checkApproval(plan: ReadPlan, trusted: readonly string[] | null): Approver | null {
  const { file, header, sha256, approvals } = plan;
  const { approvers } = header;
  if (approvers.length === 0 && trusted === null) return null;
  const wrong = approvals.find((approval) => !hasValidSignature(sha256, approval));
  if (wrong !== undefined) {
    throw new UserError(
      'refused',
      `An approval in the plan ${file} has a wrong signature. Nothing was sent. Use the original file, and approve it again.`,
    );
  }
  const allowed = approvals.find(
    ({ key }) =>
      (approvers.length === 0 || approvers.includes(key)) &&
      (trusted === null || trusted.includes(key)),
  );
  if (allowed === undefined) throw notApproved(plan, trusted);
  return {
    fingerprint: keyFingerprint(allowed.key),
    at: allowed.at,
    isTrusted: trusted !== null,
  };
}

/** True if the signature of an approval belongs to its key and to the plan with this hash. */
export function hasValidSignature(sha256: string, approval: PlanApproval): boolean {
  try {
    const signature = Buffer.from(approval.signature, 'base64');
    return verify(null, approvalText(sha256, approval), publicKeyFrom(approval.key), signature);
  } catch {
    return false;
  }
}

function notApproved({ file, header, approvals }: ReadPlan, trusted: readonly string[] | null) {
  const { approvers } = header;
  const wanted = (trusted ?? approvers).filter(
    (key) => approvers.length === 0 || approvers.includes(key),
  );
  const who =
    wanted.length === 0
      ? 'No key that the plan names is a key of --approved-by.'
      : `It needs the approval of ${wanted.map(keyFingerprint).join(' or ')}: \`ucbulk approve ${file} --key KEY\`.`;
  const others =
    approvals.length === 0
      ? ''
      : ` It has only that of ${approvals.map(({ key }) => keyFingerprint(key)).join(', ')}.`;
  return new UserError(
    'refused',
    `The plan ${file} is not approved.${others} ${who} Nothing was sent.`,
  );
}
