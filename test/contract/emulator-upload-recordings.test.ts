import { afterAll, describe, expect, test } from 'vitest';
import { UPLOAD_EXCEPTIONS, uploadExceptionOf } from './emulator-upload-exceptions.ts';
import { isGivenFolder, readRecordings } from './recordings.ts';
import { replayUploads, uploadInteractions } from './replay-upload.ts';

const recordings = readRecordings()
  .map((recording) => ({ name: recording.name, interactions: uploadInteractions(recording) }))
  .filter(({ interactions }) => interactions.length > 0);
const all = recordings.flatMap(({ interactions }) => interactions);
const lenient = all.filter((interaction) => uploadExceptionOf(interaction) !== undefined);

describe.skipIf(recordings.length === 0)('the Upload API answers as it was recorded', () => {
  test.each(recordings)('$name', ({ interactions }) => replayUploads(interactions));

  test.each(lenient)('$title is an exception still', ({ title }) => {
    const recording = recordings.find(({ interactions }) =>
      interactions.some((interaction) => interaction.title === title),
    );
    expect(() => replayUploads(recording?.interactions ?? [], title)).toThrow();
  });

  test.runIf(isGivenFolder)('every exception is needed', () => {
    const needed = new Set(lenient.map(uploadExceptionOf));
    expect(UPLOAD_EXCEPTIONS.filter((one) => !needed.has(one))).toEqual([]);
  });

  afterAll(() => {
    const exact = all.length - lenient.length;
    process.stdout.write(
      `replayed uploads: ${exact} of ${all.length} match, ${lenient.length} but for what is older\n`,
    );
  });
});
