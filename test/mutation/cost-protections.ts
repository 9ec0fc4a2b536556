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
    red: {
      file: 'test/integration/cost-limit.test.ts',
      test: 'exactly those that its limit allows',
    },
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
    from: 'return maxCost - this.total() - followUp * BigInt(this.openItems(step));',
    to: 'return maxCost - this.total() - 0n * followUp * BigInt(this.openItems(step));',
    red: { file: 'test/unit/ledger/cost-table.test.ts', test: 'keeps money for the requests' },
  },
];

/** A run works only in its window. */
export const WINDOW_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'window-unseen-at-start',
    protection: 'Outside of its window, a run sends nothing',
    file: 'src/run/run-window.ts',
    from: 'if (isOpen || until === null) return;',
    to: 'if (isOpen || until !== 0) return;',
    red: { file: 'test/integration/window.test.ts', test: 'does not start and sends nothing' },
  },
  {
    name: 'window-unseen-at-end',
    protection: 'A run stops when its window closes',
    file: 'src/run/run-window.ts',
    from: "runStop.stop({ kind: 'window', message, until });",
    to: 'void runStop;',
    red: { file: 'test/integration/window.test.ts', test: 'an ordinary night' },
  },
  {
    name: 'window-opens-twice',
    protection: 'A window opens once while the clocks repeat an hour',
    file: 'src/core/daily-window.ts',
    from: 'const opens = instantsOf(zone, local.opens).last;',
    to: 'const opens = instantsOf(zone, local.opens).first;',
    red: { file: 'test/unit/core/daily-window.test.ts', test: '02:30-06:00 Europe/Berlin' },
  },
  {
    name: 'window-parts-apart',
    protection: 'A window of the whole day is open while the clocks repeat midnight',
    file: 'src/core/daily-window.ts',
    from: 'if (last === undefined || span.opens > last.closes) joined.push(span);',
    to: 'if (last === undefined || span.opens >= last.closes) joined.push(span);',
    red: {
      file: 'test/unit/core/daily-window.test.ts',
      test: 'a window of the whole day is always open',
    },
  },
  {
    name: 'timetable-unseen',
    protection: 'A timetable changes the rate of a run',
    file: 'src/run/live-control.ts',
    from: "if (rate !== last) this.#applyLimits('New limits by the timetable in limits.rate');",
    to: '',
    red: { file: 'test/integration/window.test.ts', test: 'a timetable changes the rate' },
  },
];
