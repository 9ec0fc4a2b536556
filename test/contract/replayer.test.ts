import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEmulator, type EmulatorOptions } from '../../src/emulator/emulator.ts';
import { recordingOf } from './made-recordings.ts';
import { callEverything, keepTraffic } from './openapi/client-traffic.ts';
import { askWrongly, showStates } from './openapi/raw-traffic.ts';
import { type Recording, readRecordings } from './recordings.ts';
import { replayRest, restCases } from './replay-rest.ts';
import { replayUploads, uploadInteractions } from './replay-upload.ts';

// The replayer is for any folder: here for one that the emulator made, whose ids, names, sizes,
// pages and refusals are not those of the given recordings.

const START = Date.UTC(2026, 7, 3, 9);

/** Records what `work` does before an emulator, into a folder, and reads the folder back. */
async function recorded(
  options: EmulatorOptions,
  work: (emulator: ReturnType<typeof createEmulator>) => void | Promise<void>,
): Promise<readonly Recording[]> {
  const emulator = createEmulator({
    clock: { now: () => START },
    seed: 'another',
    origin: 'https://api.uploadcare.com',
    uploadOrigin: 'https://upload.uploadcare.com',
    uploadStoreDefault: '0',
    ...options,
  });
  const traffic = keepTraffic(emulator);
  await work(emulator);
  const folder = mkdtempSync(join(tmpdir(), 'ucbulk-recordings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const interactions = recordingOf(traffic, new Date(START).toISOString());
  writeFileSync(`${folder}/made.json`, JSON.stringify({ interactions }));
  return readRecordings(folder);
}

function differences(recordings: readonly Recording[]): string[] {
  return restCases(recordings).flatMap((one) =>
    replayRest(one).map(
      (difference) => `${one.one.endpoint} ${one.one.response.status}: ${difference}`,
    ),
  );
}

test('every call of our client, recorded elsewhere, is answered again', async () => {
  const recordings = await recorded({ files: 7 }, async (emulator) => {
    await callEverything(emulator);
    showStates(emulator);
  });

  expect(restCases(recordings).length).toBeGreaterThan(60);
  expect(differences(recordings)).toEqual([]);
  const uploads = recordings.flatMap(uploadInteractions);
  expect(uploads.length).toBeGreaterThan(9);
  replayUploads(uploads);
});

test.each([{}, { webhooks: false, deniedConversions: ['document', 'video'] as const }])(
  'refusals that were recorded elsewhere are made again: %j',
  { timeout: 60_000 },
  async (options) => {
    const recordings = await recorded(options, (emulator) => {
      emulator.projects[0]?.addFile({
        uuid: '740e1b8c-1ad8-4324-b7ec-112c79d8eac2',
        isImage: true,
      });
      askWrongly(emulator);
    });

    expect(restCases(recordings).length).toBeGreaterThan(30);
    expect(differences(recordings)).toEqual([]);
  },
);
