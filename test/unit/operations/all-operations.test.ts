import { expect, test } from 'vitest';
import { needsProbe } from '../../../src/engine/failure/lost-answer.ts';
import { OPERATIONS, operationNamed } from '../../../src/operations/all-operations.ts';
import type { OperationDescriptor } from '../../../src/operations/descriptor.ts';
import { OPERATION_TRAITS } from '../../../src/operations/operation-traits.ts';

test('each operation has its traits, in the same order', () => {
  expect(Object.keys(OPERATION_TRAITS)).toEqual(OPERATIONS.map(({ kind }) => kind));
});

test('names of operations and budgets are unique', () => {
  const kinds = OPERATIONS.map(({ kind }) => kind);
  const budgets = OPERATIONS.flatMap(({ paid }) => (paid === undefined ? [] : [paid.name]));
  const places = OPERATIONS.flatMap(({ paid }) => (paid === undefined ? [] : [paid.place]));
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(new Set(budgets).size).toBe(budgets.length);
  expect(new Set(places).size).toBe(places.length);
});

test.each(OPERATIONS.map((one): OperationDescriptor => one))(
  '$kind: what deletes its item each time can never be undone',
  ({ deletes, isIrreversible }) => {
    expect(isIrreversible?.({}) ?? false).toBe(deletes === 'always');
  },
);

const REQUIRED: Readonly<Record<string, object>> = {
  'copy-to-remote': { target: 'backup' },
  'copy-to-bucket': { url: 's3://attic/' },
  metadata: { set: { seen: 'yes' } },
  tags: { add: ['seen'] },
};

test.each([
  ...OPERATIONS.map(({ kind }) => ({ kind, given: REQUIRED[kind] ?? {} })),
  { kind: 'addon/uc_clamav_virus_scan' as const, given: { purgeInfected: true } },
])(
  '$kind $given: asks exactly if it is irreversible, and mixes no probed batches',
  ({ kind, given }) => {
    const descriptor = operationNamed(kind);
    const options = descriptor.options.parse(given);
    const place = { client: {}, files: {}, run: 'r', step: 's', serverNow: () => 0 };
    const operation = descriptor.create(options, place as never);
    expect(operation.kind).toBe(kind);
    expect(operation.destructive).toBe(descriptor.isIrreversible?.(options) ?? false);
    // A probe looks for what one request made, so its items must stay together.
    const mayMix = operation.shape === 'batch' && operation.fixed === undefined;
    expect(mayMix && needsProbe(operation.doubt)).toBe(false);
    expect(descriptor.isRepeatable ?? false).toBe(operation.doubt.class === 'idempotent');
  },
);
