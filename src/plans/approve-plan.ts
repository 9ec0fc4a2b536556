import type { KeyObject } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import type { Files } from '../core/world.ts';
import { createAtomicFile } from '../report/atomic-file.ts';
import { publicKeyOf } from './approval-keys.ts';
import { hasValidSignature, signPlan } from './plan-approval.ts';
import { type ReadPlan, readPlan } from './read-plan.ts';

/** The result of `approvePlan`. */
export interface ApprovedPlan {
  readonly plan: ReadPlan;
  /** The key, base64 of its 32 bytes. */
  readonly key: string;
  /** True if the plan had an approval of this key already. The file is then unchanged. */
  readonly wasApproved: boolean;
}

/**
 * Adds the approval of a key to a plan file, and removes approvals with a wrong signature, with which nobody
 * could apply the plan. If the process is killed, the file is complete or unchanged. A link to a plan stays a
 * link.
 */
export async function approvePlan(
  { files, path, file }: { readonly files: Files; readonly path: string; readonly file: string },
  options: { readonly privateKey: KeyObject; readonly at: string; readonly id: string },
): Promise<ApprovedPlan> {
  const plan = await readPlan({ files, path, file });
  const key = publicKeyOf(options.privateKey);
  const approval = signPlan(plan, options.privateKey, options.at);
  const valid = plan.approvals.filter((earlier) => hasValidSignature(plan.sha256, earlier));
  if (valid.some((earlier) => earlier.key === key)) return { plan, key, wasApproved: true };
  const target = await realpath(path);
  const { mode } = await stat(target);
  const copy = await createAtomicFile({ path: target, mode, id: options.id });
  try {
    let left = plan.bytes - 1; // the last line may have no end
    for await (const chunk of files.readBytes(target, 0)) {
      if (left <= 0) break;
      await copy.write(chunk.subarray(0, left));
      left -= chunk.length;
    }
    const lines = [...valid, approval].map((one) => `\n${JSON.stringify({ approval: one })}`);
    await copy.write(Buffer.from(`${lines.join('')}\n`));
    await copy.commit();
  } finally {
    await copy.discard();
  }
  return { plan, key, wasApproved: false };
}
