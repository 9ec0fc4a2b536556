import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Files } from '../core/world.ts';
import { createAtomicFile } from '../report/atomic-file.ts';
import { publicKeyOf } from './approval-keys.ts';
import { signPlan } from './plan-approval.ts';
import { type ReadPlan, readPlan } from './read-plan.ts';

/** The result of `approvePlan`. */
export interface ApprovedPlan {
  readonly plan: ReadPlan;
  /** The key, base64 of its 32 bytes. */
  readonly key: string;
  /** True if the plan had an approval of this key already. The file is then unchanged. */
  readonly wasApproved: boolean;
}

/** Adds the approval of a key to a plan file. If the process is killed, the file is complete or unchanged. */
export async function approvePlan(
  { files, path, file }: { readonly files: Files; readonly path: string; readonly file: string },
  options: { readonly privateKey: KeyObject; readonly at: string; readonly id: string },
): Promise<ApprovedPlan> {
  const plan = await readPlan({ files, path, file });
  const key = publicKeyOf(options.privateKey);
  const approval = signPlan(plan, options.privateKey, options.at);
  if (plan.approvals.some((earlier) => earlier.key === key)) {
    return { plan, key, wasApproved: true };
  }
  const { mode } = await stat(path);
  const copy = await createAtomicFile({ path, mode, id: options.id });
  try {
    let last = 0;
    for await (const chunk of files.readBytes(path, 0)) {
      await copy.write(chunk);
      last = chunk.at(-1) ?? last;
    }
    const lineEnd = last === NEWLINE ? '' : '\n';
    await copy.write(Buffer.from(`${lineEnd}${JSON.stringify({ approval })}\n`));
    await copy.commit();
  } finally {
    await copy.discard();
  }
  return { plan, key, wasApproved: false };
}

const NEWLINE = 0x0a;
