import { expect, test } from 'vitest';
import { writeKind } from '../../../../src/engine/journal/write-kind.ts';
import { findOperation, OPERATIONS } from '../../../../src/operations/all-operations.ts';

const REQUIRED: Readonly<Record<string, object>> = {
  'copy-to-remote': { target: 'backup' },
  metadata: { set: { seen: 'yes' } },
  tags: { add: ['seen'] },
};

/** The kinds of operations whose requests ucbulk may send again after a power cut. */
const REPEATABLE = ['metadata', 'tags', 'clear-tags', 'info'];

test.each(OPERATIONS.map(({ kind }) => kind))(
  '%s: a payment or a delete waits for the disk',
  (kind) => {
    const descriptor = findOperation(kind)!;
    const options = descriptor.options.parse(REQUIRED[kind] ?? {});
    const place = { client: {}, files: {}, run: 'r', step: 's', serverNow: () => 0 };
    const operation = descriptor.create(options, place as never);
    const step = { id: 's', continueOnFailure: false, paid: null, work: null, operation };
    const isRepeatable = REPEATABLE.includes(kind);
    expect(writeKind(step, 'intent')).toBe(isRepeatable ? 'repeatable-intent' : 'intent');
    expect(writeKind(step, 'record')).toBe(isRepeatable ? 'repeatable-record' : 'record');
  },
);

test('a step that is not known waits for the disk', () => {
  expect(writeKind(undefined, 'intent')).toBe('intent');
});
