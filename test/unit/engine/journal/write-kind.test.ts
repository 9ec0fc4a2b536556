// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is a placeholder of Uploadcare.
import { expect, test } from 'vitest';
import { isRepeatable, recordKind } from '../../../../src/engine/journal/write-kind.ts';
import type { PaidUse } from '../../../../src/engine/tasks/step-items.ts';
import { OPERATIONS, operationNamed } from '../../../../src/operations/all-operations.ts';
import type { OperationKind } from '../../../../src/operations/operation-traits.ts';

const REQUIRED: Readonly<Record<string, object>> = {
  'copy-to-bucket': { url: 's3://attic/' },
  'copy-to-remote': { target: 'backup' },
  metadata: { set: { seen: 'yes' } },
  tags: { add: ['seen'] },
};

/** The operations whose requests ucbulk may repeat without an intent. */
const REPEATABLE = ['metadata', 'tags', 'clear-tags', 'info'];
/** The operations whose results a power cut may undo, because a repeated request does no harm. */
const DEFERRED = [...REPEATABLE, 'copy-to-remote'];

const item = {
  seq: 1,
  key: 'a',
  attempts: 0,
  openSends: 0,
  sentAt: null,
  file: null,
  details: null,
};
const done = { item, to: 'outcome', outcome: { kind: 'done' } } as const;
const failure = { code: 'no', message: 'no' };
const failed = { item, to: 'outcome', outcome: { kind: 'failed', failure } } as const;

function stepOf(kind: OperationKind, more: object = {}, paid: PaidUse | null = null) {
  const descriptor = operationNamed(kind);
  const options = descriptor.options.parse({ ...REQUIRED[kind], ...more });
  const place = { client: {}, files: {}, run: 'r', step: 's', serverNow: () => 0 };
  const operation = descriptor.create(options, place as never);
  return { id: 's', continueOnFailure: false, paid, work: null, operation };
}

test.each(OPERATIONS.map(({ kind }) => kind))(
  '%s: a payment or a delete has an intent and waits for the disk',
  (kind) => {
    const step = stepOf(kind);
    const deferred = DEFERRED.includes(kind) ? 'deferred-record' : 'record';
    expect(isRepeatable(step)).toBe(REPEATABLE.includes(kind));
    expect(recordKind(step, [done, done])).toBe(deferred);
    expect(recordKind(step, [done, failed])).toBe('record');
  },
);

test('a step with a budget has an intent and waits for the disk', () => {
  for (const { kind } of OPERATIONS) {
    const step = stepOf(kind, {}, { name: kind, limit: null });
    expect(isRepeatable(step)).toBe(false);
    expect(recordKind(step, [done])).toBe('record');
  }
});

test('a copy whose name another file may have waits for the disk', () => {
  const options = { pattern: '${filename}', allowNameCollisions: true };
  expect(recordKind(stepOf('copy-to-remote', options), [done])).toBe('record');
});

test('a step that is not known waits for the disk', () => {
  expect(recordKind(undefined, [done])).toBe('record');
});
