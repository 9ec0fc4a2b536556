import { afterAll, describe, expect, test } from 'vitest';
import { EXCEPTIONS } from './exceptions.ts';
import { isGivenFolder, readRecordings } from './recordings.ts';
import { type RestCase, replayRest, restCases } from './replay-rest.ts';

const cases = restCases(readRecordings());
const exceptional = cases.filter((one) => exceptionOf(one) !== undefined);
const matched = new Map<string, number>();

function exceptionOf({ one, version }: RestCase) {
  return EXCEPTIONS.find(({ applies }) => applies(one, version));
}

describe.skipIf(cases.length === 0)('recorded REST traffic, replayed', () => {
  test.each(cases.filter((one) => exceptionOf(one) === undefined))(
    '$title: $one.endpoint',
    (one) => {
      expect(replayRest(one)).toEqual([]);
      matched.set(one.version, (matched.get(one.version) ?? 0) + 1);
    },
  );

  test.each(exceptional)('an exception that still is one: $title', (one) => {
    expect(replayRest(one)).not.toEqual([]);
  });

  test.runIf(isGivenFolder)('every exception is needed', () => {
    const needed = new Set(exceptional.map(exceptionOf));
    expect(EXCEPTIONS.filter((one) => !needed.has(one))).toEqual([]);
  });

  afterAll(() => {
    for (const version of ['0.7', '0.6']) {
      const all = cases.filter((one) => one.version === version).length;
      process.stdout.write(`replayed v${version}: ${matched.get(version) ?? 0} of ${all} match\n`);
    }
  });
});
