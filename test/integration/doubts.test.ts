import { expect, test } from 'vitest';
import { createAdvice } from '../../src/cli/command-advice.ts';
import { doubtFacts, doubtText } from '../../src/cli/doubt-text.ts';
import type { World } from '../../src/core/world.ts';
import { findCandidates } from '../../src/resolve/doubt-candidates.ts';
import { type DoubtAtStep, readDoubts } from '../../src/resolve/doubts.ts';
import { createAdaptiveRate } from '../../src/transport/adaptive-rate.ts';
import { createTransport } from '../../src/transport/create-transport.ts';
import { createPacerGate } from '../../src/transport/pacer-gate.ts';
import { parseCredentials } from '../../src/uploadcare/credentials.ts';
import type { PageStart } from '../../src/uploadcare/files-api.ts';
import { createRestClient } from '../../src/uploadcare/rest-client.ts';
import { createSigner } from '../../src/uploadcare/signature.ts';
import { alive, runBench } from '../support/run-bench.ts';

const CUT = { id: 'cut', uses: 'addon/remove_bg', with: { type: 'product' } };
const PUBLIC_KEY = 'demopublickey';

const iso = (at: number) => new Date(at).toISOString();

/** The listing as `openClient` gives it, with a gate that knows simulated time. */
function clientOf(world: World) {
  const { clock, random } = world;
  const origin = 'https://service.test';
  const signer = createSigner(parseCredentials(PUBLIC_KEY, 'demosecretkey'));
  const gate = createPacerGate({ clock, random, rate: createAdaptiveRate({}) });
  const { send } = createTransport({ world, origin, signer, gate, userAgent: 'test' });
  const { files } = createRestClient(send, { origin });
  return {
    files: (start: PageStart) => files.listPage(start, new AbortController().signal),
  };
}

/** A run of three pictures of which the second's answer was lost after its effect. */
async function lostCut(steps: readonly object[] = [CUT], lost = 2) {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const inline = [1, 2, 3].map(
    () => project.addFile({ mimeType: 'image/png', isImage: true }).uuid,
  );
  let sent = 0;
  bench.fault = ({ method, target }) => {
    if (method !== 'POST' || !/execute|convert/.test(target)) return null;
    sent += 1;
    return sent === lost ? 'reset-after-effect' : null;
  };
  const { run } = await alive(bench.start({ source: { inline }, steps }, { concurrency: 1 }));
  const doubts = [...readDoubts(bench.directory, run)].flat();
  const look = (asked: readonly DoubtAtStep[]) =>
    bench.live({}, ({ world, stateDirectory }) => {
      const place = { client: clientOf(world), stateDirectory, files: world.files };
      return findCandidates(asked, { ...place, run, publicKey: PUBLIC_KEY });
    });
  return { bench, run, doubts, look, keys: inline };
}

test('an item in doubt is told with all that a person needs to decide', async () => {
  const { doubts, run, bench } = await lostCut();
  const [{ doubt } = { doubt: undefined }] = doubts;
  expect(doubts).toHaveLength(1);
  expect(doubt).toMatchObject({
    step: 'cut',
    operation: 'addon/remove_bg',
    options: { type: 'product' },
    file: doubt!.key,
    sends: 1,
    together: 1,
    makesFile: true,
  });
  expect(doubt!.reason).not.toBeNull();
  const post = bench.sent.filter(({ target }) => target.endsWith('/execute/'))[1]!;
  expect(Math.abs(doubt!.sentAt! - post.at)).toBeLessThan(1000);
  const text = doubtText({ run, doubt: doubt!, found: null }, createAdvice('my state'));
  expect(text).toContain('sent      addon/remove_bg {"type":"product"}');
  expect(text).toContain('look for  a new file, uploaded within 15m');
  expect(text).toContain('not looked up: add --candidates');
  expect(text).toContain(`ucbulk resolve ${run} ${doubt!.key} --as redo --state 'my state'`);
});

test('candidates are the files of that time and look that no ledger knows', async () => {
  const { bench, doubts, look, run } = await lostCut();
  const project = bench.emulator.projects[0]!;
  const at = doubts[0]!.doubt.sentAt!;
  project.addFile({ mimeType: 'text/plain', name: 'notes.txt', uploadedAt: iso(at + 1000) });
  project.addFile({ mimeType: 'image/png', name: 'old.png', uploadedAt: iso(at - 60_000) });
  project.addFile({ mimeType: 'image/png', name: 'late.png', uploadedAt: iso(at + 3_600_000) });

  const found = (await look(doubts))!.get(doubts[0]!.doubt.key)!;

  const results = bench.items(run, 'done').map(({ result }) => result?.['file']);
  expect(results).toHaveLength(2);
  expect(found).toMatchObject({ more: 0, isWhole: true });
  expect(found.candidates).toHaveLength(1);
  const [candidate] = found.candidates;
  expect(results).not.toContain(candidate!.uuid);
  expect(candidate!.mimeType).toBe('image/png');
  const told = { run, doubt: doubts[0]!.doubt, found };
  const facts = doubtFacts(told, createAdvice(undefined));
  expect(facts['commands']).toContain(
    `ucbulk resolve ${run} ${doubts[0]!.doubt.key} --as adopt --file ${candidate!.uuid}`,
  );
  const hostile = { ...found, candidates: [{ ...candidate!, filename: 'cat\u202e.png' }] };
  expect(facts['candidates']).toMatchObject([{ filename: candidate!.filename }]);
  expect(doubtText({ ...told, found: hostile }, createAdvice(undefined))).toMatch(
    new RegExp(`${candidate!.uuid}  cat\\S*\\.png  image/png`),
  );
  expect(doubtText({ ...told, found: hostile }, createAdvice(undefined))).not.toContain('\u202e');
});

test('a conversion in doubt is sought by the name of what it makes', async () => {
  const { bench, doubts, look } = await lostCut(
    [{ id: 'pdf', uses: 'convert/document', with: { format: 'pdf' } }],
    1,
  );
  expect(doubts.length).toBeGreaterThan(0);
  const { key, sentAt } = doubts[0]!.doubt;
  const project = bench.emulator.projects[0]!;
  const made = project.addFile({ name: 'x.pdf', uploadedAt: iso(sentAt! + 2000) }).uuid;
  const other = project.addFile({ name: 'x.png', uploadedAt: iso(sentAt! + 2000) }).uuid;
  const uuids = (await look(doubts))!.get(key)!.candidates.map(({ uuid }) => String(uuid));
  expect(uuids).toContain(made);
  expect(uuids).not.toContain(other);
});
