import type { Emulator, ListeningServices } from '../emulator/emulator.ts';
import { plainText } from '../progress/terminal-text.ts';
import { shellWord } from './command-advice.ts';
import type { ResultDocument } from './output.ts';

/** A listening emulator as the document that `--json` prints, with its keys: they are not secret. */
export function emulatorDocument(
  { projects }: Emulator,
  { origin, port, origins }: ListeningServices,
): ResultDocument {
  const [first, ...others] = projects.map((project) => ({
    publicKey: project.publicKey,
    secretKey: project.secretKey,
    files: project.counts(),
  }));
  return { type: 'emulator', origin, port, origins, ...first, otherProjects: others };
}

/** Shell lines that point ucbulk to the emulator. Further projects follow as comments. */
export function emulatorPointers(
  { projects }: Emulator,
  { origins }: Pick<ListeningServices, 'origins'>,
): string {
  const [first, ...others] = projects.map(({ publicKey, secretKey }) => [
    `UPLOADCARE_PUBLIC_KEY=${shellWord(publicKey)}`,
    `UPLOADCARE_SECRET_KEY=${shellWord(secretKey)}`,
  ]);
  const exports = [
    `UPLOADCARE_REST_API_BASE=${origins.rest}`,
    `UPLOADCARE_UPLOAD_API_BASE=${origins.upload}`,
    ...(first ?? []),
  ];
  return [
    ...exports.map((assignment) => `export ${assignment}`),
    ...others.map((assignments) => plainText(`# another project: ${assignments.join(' ')}`)),
  ].join('\n');
}
