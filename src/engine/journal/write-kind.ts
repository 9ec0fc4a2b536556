import type { WriteKind } from '../../ledger/group-commit.ts';
import type { RecordedStep } from '../tasks/step-items.ts';

/**
 * The kind of a write about a request of the step. If a power cut undoes an intent or a result, ucbulk sends
 * the request again (guarantees W1). This does no harm for an operation that changes one item to a fixed
 * state. Deletes are not among them: a repeated delete finds no file, and would be reported as the delete of
 * somebody else.
 */
export function writeKind(step: RecordedStep | undefined, kind: 'intent' | 'record'): WriteKind {
  if (step === undefined) return kind;
  const { shape, doubt, destructive } = step.operation;
  const isRepeatable = shape === 'each' && doubt.class === 'idempotent' && !destructive;
  return isRepeatable ? `repeatable-${kind}` : kind;
}
