import type { PaidUse } from '../engine/tasks/step-items.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { costLimits, priceIn } from '../job/price-list.ts';
import type { Step } from '../job/step-schemas.ts';

/** The paid operation of a step, with its budget and its price. Null if the step is free. */
export function paidUse(step: Step, job: Job): PaidUse | null {
  const name = paidName(step);
  if (name === null) return null;
  const price = priceIn(job, name);
  const limit = job.limits.paid?.[name] ?? null;
  return price === undefined
    ? { name, limit }
    : { name, limit, price: { ...price, ...costLimits(job) } };
}
