import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { alive, RunBench } from '../support/run-bench.ts';
import { type ApiDocument, readApiDocuments } from './openapi/api-document.ts';
import {
  answerDifferences,
  PART_URL,
  requestDifferences,
  type Traffic,
} from './openapi/check-exchange.ts';
import { callEverything, keepTraffic } from './openapi/client-traffic.ts';
import {
  ANSWER_EXCEPTIONS,
  type DocumentException,
  REQUEST_EXCEPTIONS,
} from './openapi/exceptions.ts';
import { askWrongly, refuseEverything, showStates, uploadWrongly } from './openapi/raw-traffic.ts';
import { OPERATION_CASES } from './operation-cases.ts';

const UPLOAD_PATH = /^\/(?:base|multipart|from_url|group|info|parts)\//;
const documents = readApiDocuments();
const used = new Set<DocumentException>();
const counts = {
  answers: { checked: 0, exceptional: 0 },
  requests: { checked: 0, exceptional: 0 },
};

function documentOf({ request }: Traffic): ApiDocument {
  const { rest, upload } = documents as NonNullable<typeof documents>;
  return UPLOAD_PATH.test(request.target) ? upload : rest;
}

interface Checked {
  readonly kind: keyof typeof counts;
  readonly exceptions: readonly DocumentException[];
}

// What is left of the differences once the named exceptions are taken out.
function unexplained(differences: readonly string[], { kind, exceptions }: Checked): string[] {
  const isNamed = (difference: string) => {
    const found = exceptions.filter((one) => one.difference.test(difference));
    for (const one of found) used.add(one);
    return found.length > 0;
  };
  const rest = differences.filter((difference) => !isNamed(difference));
  counts[kind].checked += 1;
  if (differences.length > 0) counts[kind].exceptional += 1;
  return rest;
}

const ANSWERS: Checked = { kind: 'answers', exceptions: ANSWER_EXCEPTIONS };
const REQUESTS: Checked = { kind: 'requests', exceptions: REQUEST_EXCEPTIONS };

function expectDocumented(traffic: readonly Traffic[], sender: 'client' | 'anybody'): void {
  const rest = traffic.flatMap((one) => {
    const document = documentOf(one);
    const answer = unexplained(answerDifferences(document, one), ANSWERS);
    if (sender === 'anybody') return answer;
    return [...answer, ...unexplained(requestDifferences(document, one), REQUESTS)];
  });
  expect([...new Set(rest)].sort()).toEqual([]);
}

describe.skipIf(documents === null)('the vendor’s OpenAPI documents', () => {
  const answered = new Set<string>();
  const note = (traffic: readonly Traffic[]) => {
    for (const one of traffic) {
      const { method, target } = one.request;
      const path = (target.split('?', 1)[0] ?? '').replace(/^\/parts\/.*/, PART_URL);
      const found = documentOf(one).find(method, path);
      if (found !== undefined && one.answer.status < 300) answered.add(found.name);
    }
    return traffic;
  };

  test('every endpoint that our client calls', { timeout: 60_000 }, async () => {
    const emulator = createEmulator({ clock: { now: () => Date.UTC(2026, 10, 1) } });
    const traffic = keepTraffic(emulator);
    await callEverything(emulator);
    showStates(emulator);
    expectDocumented(note(traffic.splice(0, traffic.length)), 'client');
  });

  test.each(OPERATION_CASES)(
    'a run of $uses',
    { timeout: 60_000 },
    async ({ prepare, uses, ...one }) => {
      const bench = new RunBench();
      onTestFinished(() => bench.close());
      const traffic = keepTraffic(bench.emulator);
      const step = one.with === undefined ? { uses } : { uses, with: one.with };
      await alive(bench.start({ source: prepare(bench), steps: [step] }));
      expect(traffic.length).toBeGreaterThan(0);
      expectDocumented(note(traffic), 'client');
    },
  );

  test('every refusal of the REST API', () => {
    const emulator = createEmulator({ clock: { now: () => Date.UTC(2026, 10, 1) } });
    emulator.projects[0]?.addFile({ uuid: '740e1b8c-1ad8-4324-b7ec-112c79d8eac2', isImage: true });
    const traffic = keepTraffic(emulator);
    refuseEverything(emulator, (documents as NonNullable<typeof documents>).rest);
    askWrongly(emulator);
    expectDocumented(traffic, 'anybody');
  });

  test.each([{ deniedConversions: ['document', 'video'] as const, webhooks: false }])(
    'a plan that lacks features: $webhooks',
    (options) => {
      const emulator = createEmulator(options);
      const traffic = keepTraffic(emulator);
      askWrongly(emulator);
      expectDocumented(traffic, 'anybody');
    },
  );

  test('every refusal of the Upload API', () => {
    const cases = [
      { authorization: '' },
      { authorization: '', signedUploads: true },
      { authorization: 'Bearer rubbish', signedUploads: true },
      { authorization: '', uploadRefusal: 'AccountBlockedError' as const },
    ];
    for (const { authorization, ...options } of cases) {
      const emulator = createEmulator({ ...options, fileSizeLimit: 20_000_000 });
      emulator.projects[0]?.addFile({ uuid: '740e1b8c-1ad8-4324-b7ec-112c79d8eac2' });
      const traffic = keepTraffic(emulator);
      uploadWrongly(emulator, authorization);
      expectDocumented(traffic, 'anybody');
    }
  });

  test('every operation of the documents was answered, and every exception is one still', () => {
    const { rest, upload } = documents as NonNullable<typeof documents>;
    const names = [...rest.names, ...upload.names];
    expect(names.filter((name) => !answered.has(name))).toEqual([]);
    const all = [...ANSWER_EXCEPTIONS, ...REQUEST_EXCEPTIONS];
    expect(all.filter((one) => !used.has(one))).toEqual([]);
  });

  afterAll(() => {
    const named = { answers: ANSWER_EXCEPTIONS.length, requests: REQUEST_EXCEPTIONS.length };
    for (const kind of ['answers', 'requests'] as const) {
      const { checked, exceptional } = counts[kind];
      const matches = checked - exceptional;
      process.stdout.write(
        `OpenAPI: of ${checked} ${kind} ${matches} match to the letter, ` +
          `${exceptional} but for ${named[kind]} named exceptions\n`,
      );
    }
  });
});
