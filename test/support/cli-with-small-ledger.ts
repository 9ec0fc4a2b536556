import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

/** The program as it is shipped, but for a disk that is full after a few pages of the ledger. */
await runProcess(createSystemWorld(), {
  ledgerMaxPages: Number(process.env['UCBULK_TEST_LEDGER_PAGES']),
});
