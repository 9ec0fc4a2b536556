import type { WriteKind } from '../../ledger/group-commit.ts';
import type { RecordedStep } from '../tasks/step-items.ts';

/**
 * Decides whether an intent or a result must be safe from a power cut before ucbulk continues (`GroupCommit`,
 * guarantees W1). After a power cut that undoes it, ucbulk sends the request again. This does no harm if the
 * operation sets something of one file, such as its metadata. It does harm for a payment. It also does harm
 * for a delete: the repeated delete finds no file, and is reported as the delete of somebody else.
 */
export function writeKind(step: RecordedStep | undefined, kind: 'intent' | 'record'): WriteKind {
  if (step === undefined) return kind;
  const { shape, doubt, destructive } = step.operation;
  const isRepeatable = shape === 'each' && doubt.class === 'idempotent' && !destructive;
  return isRepeatable ? `repeatable-${kind}` : kind;
}
