// Tests src/testing/check-operation.ts: the suite accepts good operations, and finds each broken promise.

import { expect, test } from 'vitest';
import type {
  OwnEachOperation,
  OwnItem,
  OwnOperation,
} from '../../src/operations/own-definition.ts';
import { assertOperation, checkOperation } from '../../src/testing/check-operation.ts';

const DONE = { kind: 'done' } as const;

/** A service that counts its effects. With `byTag`, it has one effect for each tag. */
class Service {
  readonly effects = new Map<string, number>();
  readonly #tags = new Set<string>();

  begin = (): void => {
    this.effects.clear();
    this.#tags.clear();
  };

  do({ key, tag }: OwnItem, byTag = false): void {
    if (byTag && this.#tags.has(tag)) return;
    this.#tags.add(tag);
    this.effects.set(key, (this.effects.get(key) ?? 0) + 1);
  }

  has({ tag }: OwnItem): boolean {
    return this.#tags.has(tag);
  }
}

function check(create: (service: Service) => OwnOperation) {
  const service = new Service();
  return {
    operation: create(service),
    begin: service.begin,
    effects: () => service.effects,
    items: 3,
  };
}

/** An operation of the shape each that does its work once for each call. */
function each(parts: (service: Service) => Partial<OwnEachOperation<never>>) {
  return check((service) => ({
    shape: 'each',
    lostAnswer: 'in-doubt',
    run: async (item) => {
      service.do(item);
      return DONE;
    },
    ...(parts(service) as object),
  }));
}

const probe = (service: Service) => async (item: OwnItem) =>
  service.has(item) ? DONE : ({ kind: 'did-not-happen' } as const);

test.each([
  ['in-doubt', each(() => ({}))],
  [
    'repeat',
    each((service) => ({
      lostAnswer: 'repeat',
      run: async (item) => {
        service.do(item, true);
        return DONE;
      },
    })),
  ],
  ['probe', each((service) => ({ lostAnswer: 'probe', probe: probe(service) }))],
  [
    'a batch',
    check((service) => ({
      shape: 'batch',
      maxItems: 2,
      lostAnswer: 'in-doubt',
      async run(items) {
        for (const item of items) service.do(item);
        return new Map(items.map(({ key }) => [key, DONE]));
      },
    })),
  ],
  [
    'a remote job',
    check((service) => ({
      shape: 'remote',
      lostAnswer: 'probe',
      async start(item) {
        service.do(item);
        return { kind: 'started', token: item.tag };
      },
      poll: async () => DONE,
      probe: async (item) =>
        service.has(item) ? { kind: 'started', token: item.tag } : { kind: 'did-not-happen' },
    })),
  ],
])('%s: a good operation keeps all promises', async (_, good) => {
  await assertOperation(good);
});

test.each([
  [
    'a repeat with a second effect',
    each(() => ({ lostAnswer: 'repeat' })),
    'the answer is lost after the effect',
    'once',
  ],
  [
    'a probe that never finds the effect',
    each(() => ({ lostAnswer: 'probe', probe: async () => ({ kind: 'did-not-happen' }) })),
    'the answer is lost after the effect',
    'once',
  ],
  [
    'a probe that always finds an effect',
    each(() => ({ lostAnswer: 'probe', probe: async () => DONE })),
    'the call is lost before it has an effect',
    'done',
  ],
  [
    'a probe that never decides',
    each(() => ({ lostAnswer: 'probe', probe: async () => ({ kind: 'undecided', message: '?' }) })),
    'the answer is lost after the effect',
    'end',
  ],
  ['done without an effect', each(() => ({ run: async () => DONE })), 'undisturbed', 'done'],
  [
    'a throw',
    each(() => ({ run: async () => Promise.reject(new Error('oops')) })),
    'undisturbed',
    'end',
  ],
  [
    'a call that hangs',
    each(() => ({ timeLimitMs: 1000, run: () => new Promise<never>(() => undefined) })),
    'undisturbed',
    'end',
  ],
  ['nonsense', each(() => ({ run: (async () => 'ok') as never })), 'undisturbed', 'contract'],
  ['a wrong key', each(() => ({ lostAnswer: 'never' as never })), 'loading', 'contract'],
] as const)('%s is found', async (_, bad, scenario, promise) => {
  const broken = await checkOperation(bad);
  expect(broken).toContainEqual({ scenario, promise, message: expect.any(String) });
  await expect(assertOperation(bad)).rejects.toThrow(`${scenario}: ${promise}: `);
});

test('a paid operation that makes a file, and finds it after a lost answer, keeps all promises', async () => {
  const copies = new Map<string, string>();
  const one = check((service) => ({
    shape: 'each',
    lostAnswer: 'probe',
    makes: 'file',
    paid: true,
    run: async (item, { rest }) => {
      const body = { source: item.file, store: true };
      const { body: answer } = await rest({ method: 'POST', path: '/files/local_copy/', body });
      const { result } = answer as { result: { uuid: string } };
      service.do(item);
      copies.set(item.tag, result.uuid);
      return { kind: 'done', result: { file: result.uuid } };
    },
    probe: async ({ tag }) => {
      const file = copies.get(tag);
      return file === undefined ? { kind: 'did-not-happen' } : { kind: 'done', result: { file } };
    },
  }));
  expect(await checkOperation(one)).toEqual([]);
});

test('a paid operation that may be repeated is refused', async () => {
  const one = each(() => ({ lostAnswer: 'repeat', paid: true }));
  expect(await checkOperation(one)).toMatchObject([
    { promise: 'contract', message: expect.stringContaining('could pay twice') },
  ]);
});
