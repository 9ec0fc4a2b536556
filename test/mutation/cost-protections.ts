import type { Mutant } from './mutants.ts';

/** A run never costs more than `limits.cost`, and never counts less than it cost. */
export const COST_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'cost-overdrawn',
    protection: 'A run never pays for items beyond `limits.cost`',
    file: 'src/ledger/cost-table.ts',
    from: 'if (left !== null && rule.perItem * BigInt(wanted) > left) return false;',
    to: '',
    red: { file: 'test/unit/ledger/cost-table.test.ts', test: 'exceeds the cost limit' },
  },
  {
    name: 'cost-of-requests-overdrawn',
    protection: 'A run never sends requests beyond `limits.cost`',
    file: 'src/run/run-costs.ts',
    from: 'return most > 0n ? 1n : 0n;',
    to: 'return most > -9n ? 1n : 0n;',
    red: { file: 'test/integration/cost-limit.test.ts', test: 'not even the requests' },
  },
  {
    name: 'cost-reserved-late',
    protection: 'The cost of requests is recorded before they are sent',
    file: 'src/run/run-costs.ts',
    from: "ledger.costs.add(REQUESTS, price, Number(count));\n    }, 'intent');",
    to: "}, 'intent');",
    red: { file: 'test/integration/cost-limit.test.ts', test: 'stops before it costs more' },
  },
  {
    name: 'cost-at-another-price',
    protection: 'An item keeps the price at which it was paid for',
    file: 'src/ledger/cost-table.ts',
    from: 'this.#database.prepare(KEEP_EARLIER).run({ step, price: earlier });',
    to: 'void KEEP_EARLIER;',
    red: { file: 'test/unit/ledger/cost-table.test.ts', test: 'keeps the price' },
  },
  {
    name: 'cost-leaves-no-polls',
    protection: 'The cost limit leaves money to fetch what was paid for',
    file: 'src/ledger/cost-table.ts',
    from: 'return maxCost - this.total() - followUp * BigInt(count);',
    to: 'return maxCost - this.total() - 0n * followUp * BigInt(count);',
    red: { file: 'test/unit/ledger/cost-table.test.ts', test: 'keeps money for the requests' },
  },
];
