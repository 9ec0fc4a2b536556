import { expect, test } from 'vitest';
import { addonOperation } from '../../../src/operations/addon-operation.ts';

const SENT_AT = Date.UTC(2026, 10, 22);

/** What the probe says of a scan whose answer was lost, where the file has this result. */
async function verdictOn(infected: boolean, purgeInfected: boolean) {
  const appdata = new Map([
    ['uc_clamav_virus_scan', { updatedAt: SENT_AT + 1000, data: { infected } }],
  ]);
  const files = { fileDetails: async () => ({ removedAt: null, appdata }) };
  const { doubt } = addonOperation({ files, addons: {} } as never, {
    name: 'uc_clamav_virus_scan',
    params: { purgeInfected },
  });
  if (doubt.class !== 'detectable' || doubt.probe === 'replay') throw new Error('Not looked up');
  const item = { key: '11111111-1111-4111-8111-111111111111', file: null, sentAt: SENT_AT };
  return (await doubt.probe(item as never, new AbortController().signal)).kind;
}

test('an infected file that is still there was not scanned by us, who purge', async () => {
  expect(await verdictOn(true, true)).toBe('did-not-happen');
});

test('a clean one, or one that is not to be purged, may have been', async () => {
  expect(await verdictOn(false, true)).toBe('happened');
  expect(await verdictOn(true, false)).toBe('happened');
});
