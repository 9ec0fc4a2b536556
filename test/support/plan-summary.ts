import type { PlanEntry } from '../../src/plans/plan-format.ts';

/** The summary of a plan whose only step deletes the entries. The step must have the id `x`. */
export function deleteSummary(entries: readonly PlanEntry[], { listed }: { listed: number }) {
  const certain = entries.filter(({ isOpen }) => !isOpen);
  const sizes = certain.flatMap(({ size }) => (size === null ? [] : [size]));
  const items = { least: certain.length, most: entries.length };
  const requests = [
    {
      endpoint: 'DELETE /files/storage/',
      least: Math.ceil(items.least / 100),
      most: Math.ceil(items.most / 100),
    },
  ];
  const example = ({ key = 'none', size = null }: Partial<PlanEntry> = {}) =>
    certain.length === 0 ? null : { key, filename: null, size, uploadedAt: null };
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    listed,
    selected: items.least,
    selectedAtMost: items.most,
    open: { count: items.most - items.least, fields: {} },
    pages: 3,
    reads: 0,
    leftOut: {
      repeated: 0,
      rejected: 0,
      undecided: { count: 0, fields: {} },
      unlisted: 0,
      passedOver: { excluded: 0, links: 0 },
    },
    examples: {
      first: example(certain[0]),
      last: example(certain.at(-1)),
      largest: null,
      oldest: null,
    },
    bytes: sizes.length === 0 ? null : { total, items: sizes.length },
    steps: [
      {
        id: 'x',
        uses: 'delete',
        project: null,
        items,
        requests,
        polls: null,
        deletes: items.most,
        paid: null,
      },
    ],
    requestsEstimate: 1 + 3 + Math.ceil(items.most / 100),
    listRequests: 3,
    followsJobs: false,
    readsPerFile: null,
    duration: { ms: 1000, rate: { perSecond: 10, basis: 'first', learnedAt: null } },
    expiry: null,
    effects: [
      {
        kind: 'delete',
        name: 'delete',
        steps: 1,
        items: items.most,
        count: items.most,
        limit: null,
      },
    ],
    paid: [],
    guard: null,
    isGuardCertain: false,
    projects: [{ name: null, publicKey: 'demopublickey' }],
  };
}
