import { createFloorClient } from './floor-client.ts';
import { FloorLedger, type LedgerRow } from './floor-ledger.ts';
import { createOfficialClient } from './official-client.ts';
import type { ScriptClient } from './script-client.ts';

/**
 * `script-worker.ts CLIENT OPERATION`: a script without retries, rate control and reports. It lists the files,
 * sends the requests, and records in `ledger.sqlite` what it did.
 */
const CLIENTS = { floor: createFloorClient, 'rest-client': createOfficialClient };
const BATCH_SIZE = 100;

type Script = (client: ScriptClient, ledger: FloorLedger, files: number) => Promise<void>;

const SCRIPTS: Readonly<Record<string, { readonly stored: boolean; readonly run: Script }>> = {
  store: {
    stored: false,
    run: (client, ledger, files) =>
      inBatches((uuids) => client.storeFiles(uuids), { client, ledger, files }),
  },
  delete: {
    stored: false,
    run: (client, ledger, files) =>
      inBatches((uuids) => client.deleteFiles(uuids), { client, ledger, files }),
  },
  // A repeated request does no harm, so nothing is recorded before it.
  metadata: {
    stored: true,
    run: (client, ledger, files) =>
      eachFile(ledger, { client, files }, async (row) => {
        await client.setMetadata(row.uuid);
        await ledger.markDone(row, null);
      }),
  },
  'copy-to-remote': {
    stored: true,
    run: (client, ledger, files) =>
      eachFile(ledger, { client, files }, async (row) => {
        await ledger.markSent(row);
        await ledger.markDone(row, await client.copyToRemote(row.uuid));
      }),
  },
};

interface Work {
  readonly client: ScriptClient;
  readonly files: number;
}

async function inBatches(
  send: (uuids: string[]) => Promise<Readonly<Record<string, string>>>,
  { client, ledger, files }: Work & { readonly ledger: FloorLedger },
): Promise<void> {
  await client.repeat(Math.ceil(files / BATCH_SIZE), async () => {
    const rows = ledger.claim(BATCH_SIZE);
    ledger.finish(rows, await send(rows.map(({ uuid }) => uuid)));
  });
}

async function eachFile(
  ledger: FloorLedger,
  { client, files }: Work,
  act: (row: LedgerRow) => Promise<void>,
): Promise<void> {
  await client.repeat(files, async () => {
    const row = ledger.next();
    if (row !== undefined) await act(row);
  });
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const [clientName, operation = ''] = process.argv.slice(2);
const script = SCRIPTS[operation];
if ((clientName !== 'floor' && clientName !== 'rest-client') || script === undefined) {
  throw new Error(`There is no script ${clientName} ${operation}`);
}
const client = CLIENTS[clientName]({
  origin: variable('UPLOADCARE_REST_API_BASE'),
  publicKey: variable('UPLOADCARE_PUBLIC_KEY'),
  secretKey: variable('UPLOADCARE_SECRET_KEY'),
});
const ledger = new FloorLedger('ledger.sqlite');
let files = 0;
for await (const { uuids, next } of client.pages(script.stored)) {
  ledger.insertPage(uuids, next);
  files += uuids.length;
}
await script.run(client, ledger, files);
const done = ledger.countDone();
if (done !== files) throw new Error(`Only ${done} of ${files} files are done`);
ledger.close();
await client.close();
