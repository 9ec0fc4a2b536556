import type { Emulator, ListeningServices } from '../emulator/emulator.ts';
import { plainText } from '../progress/terminal-text.ts';
import { shellWord } from './command-advice.ts';
import type { ResultDocument } from './output.ts';

/**
 * A listening emulator as the JSON document that `--json` prints. It contains the emulator's keys, because
 * they protect nothing.
 */
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

/**
 * Lines for a shell that set ucbulk's environment variables to the emulator. If the emulator has more than
 * one project, the others follow as comments.
 */
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
