// Tests src/engine/walk/selection.ts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileFacts } from '../../src/core/file-facts.ts';
import { no, YES } from '../../src/core/verdict.ts';
import { walkSource } from '../../src/engine/walk/walk-source.ts';
import type { Candidate, Source } from '../../src/sources/source.ts';
import { engineBench } from '../support/engine-bench.ts';
import { uuidOf } from '../support/file-json.ts';
import { someFile } from '../support/some-file.ts';

const AS_OF = 1_000_000;

interface Listing {
  readonly files: readonly { readonly isWanted: boolean; readonly isLate: boolean }[];
  /** Sizes of the pages, the last one again and again. */
  readonly sizes: readonly number[];
  /** How many of the page before are listed again, as ties at a border are. */
  readonly ties: readonly number[];
  /** After how many pages the process ends, and the next one goes on. */
  readonly stopAfter: number;
}

const listing: fc.Arbitrary<Listing> = fc.record({
  files: fc.array(fc.record({ isWanted: fc.boolean(), isLate: fc.boolean() }), { maxLength: 60 }),
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
  ties: fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }),
  stopAfter: fc.nat(12),
});

/** The listing as pages; a page overlaps with the one before by its ties. */
function createSource({ files, sizes, ties }: Listing): Source {
  const candidates: Candidate[] = files.map(({ isWanted, isLate }, place) => ({
    key: uuidOf(place + 1),
    facts: someFile({
      uuid: uuidOf(place + 1),
      uploadedAt: isLate ? AS_OF + 1 : AS_OF - 1,
      filename: isWanted ? 'yes' : 'no',
    }),
  }));
  return {
    kind: 'test',
    uniqueKeys: true,
    async readPage(cursor) {
      const [page = 0, start = 0] = (cursor ?? '0/0').split('/').map(Number);
      const end = start + sizes[Math.min(page, sizes.length - 1)]!;
      const overlap = Math.min(ties[page % ties.length]!, end - start - 1);
      const next = end >= files.length ? null : `${page + 1}/${end - overlap}`;
      return { candidates: candidates.slice(start, end), next };
    },
  };
}

function portsOf(
  bench: ReturnType<typeof engineBench>,
  source: Source,
  onPage = () => {},
  signal?: AbortSignal,
) {
  return {
    ledger: bench.ledger,
    selection: {
      source,
      filter: ({ filename }: FileFacts) => (filename === 'yes' ? YES : no('not yes')),
      asOf: AS_OF,
    },
    serverNow: () => 5,
    crash: () => undefined,
    listener: () => undefined,
    signal: signal ?? new AbortController().signal,
    countsAll: false,
    onPage,
  };
}

test('whatever the paging, and wherever a process stopped, the walk selects each wanted file once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(listing, async (given) => {
      const bench = engineBench({ items: 0 });
      const source = createSource(given);
      const stop = new AbortController();
      let pages = 0;
      const onPage = () => {
        pages += 1;
        if (pages === given.stopAfter) stop.abort();
      };
      await walkSource(portsOf(bench, source, onPage, stop.signal)).catch(() => undefined);
      await walkSource(portsOf(bench, source));

      const expected = given.files.flatMap(({ isWanted, isLate }, place) =>
        isWanted && !isLate ? [uuidOf(place + 1)] : [],
      );
      const selected = bench.ledger.items.ofPage({ firstSeq: 1, selected: 1000 });
      expect(selected.map(({ key }) => key)).toEqual(expected);
      expect(bench.ledger.items.counts().total).toBe(expected.length);
      expect(bench.ledger.run.get().walkFinished).toBe(true);
      bench.ledger.close();
    }),
    {
      numRuns: 60,
      // A tie that is listed once more two pages later.
      examples: [
        [
          {
            files: [false, false, false, false, true, false].map((isWanted) => ({
              isWanted,
              isLate: false,
            })),
            sizes: [5, 1],
            ties: [2],
            stopAfter: 0,
          },
        ],
      ],
    },
  );
});
