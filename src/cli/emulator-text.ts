import type { Emulator, ListeningServices } from '../emulator/emulator.ts';
import { plainText } from '../progress/terminal-text.ts';
import { shellWord } from './command-advice.ts';
import type { ResultDocument } from './output.ts';

/**
 * A listening emulator as the JSON document that `--json` prints. It contains the emulator's keys, because
 * they protect nothing.
 */
export function emulatorDocument(
  { projects, buckets }: Emulator,
  { origin, port, origins }: ListeningServices,
): ResultDocument {
  const [first, ...others] = projects.map((project) => ({
    publicKey: project.publicKey,
    secretKey: project.secretKey,
    files: project.counts(),
  }));
  const s3 = { endpoint: `${origin}/s3`, ...buckets.accessKey };
  return { type: 'emulator', origin, port, origins, s3, ...first, otherProjects: others };
}

/**
 * Lines for a shell that set ucbulk's environment variables to the emulator. Other projects and the address of
 * the buckets follow as comments: the variables of AWS must not replace a user's own.
 */
export function emulatorPointers(
  { projects, buckets }: Emulator,
  { origin, origins }: Pick<ListeningServices, 'origin' | 'origins'>,
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
  const { accessKeyId, secretAccessKey } = buckets.accessKey;
  return [
    ...exports.map((assignment) => `export ${assignment}`),
    ...others.map((assignments) => plainText(`# another project: ${assignments.join(' ')}`)),
    `# buckets (S3): ${origin}/s3 AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
  ].join('\n');
}
