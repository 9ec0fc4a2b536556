import { formatCount, formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import { cdnUrl, DEFAULT_CDN_HOST } from '../report/cdn-hosts.ts';
import type { CandidateFile, FoundCandidates } from '../resolve/doubt-candidates.ts';
import type { Doubt } from '../resolve/doubts.ts';
import { type Advice, shellWord } from './command-advice.ts';
import type { ResultDocument } from './output.ts';
import { whyText } from './result-text.ts';
import { formatInstant, textTable } from './text-table.ts';

/** An item in doubt (its request was sent, and the result is unknown), and files that may be its result. */
export interface DoubtReport {
  readonly run: string;
  readonly doubt: Doubt;
  /** The files that may be the result of the item; null if ucbulk did not look for them. */
  readonly found: FoundCandidates | null;
}

/**
 * Everything a person needs to decide about an item in doubt, as the JSON document that `--json` prints. Also
 * contains all fields that the document of any other item has.
 */
export function doubtFacts({ doubt, found, run }: DoubtReport, advice: Advice): ResultDocument {
  const { sentAt, key, step, reason, message, ...facts } = doubt;
  return {
    type: 'item',
    run,
    key,
    state: 'in-doubt',
    step,
    reason,
    message,
    ...facts,
    sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
    candidates: found?.candidates.map(candidateFacts) ?? null,
    moreCandidates: found?.more ?? null,
    wholeWindow: found?.isWhole ?? null,
    commands: commandsFor({ doubt, found, run }, advice),
  };
}

/** Returns the same facts as `doubtFacts`, but as text: one block of lines for each item. */
export function doubtText(report: DoubtReport, advice: Advice): string {
  const { doubt, found } = report;
  const why = whyText(doubt.reason, doubt.message);
  return [
    textTable([[plainText(doubt.key), 'in-doubt', plainText(doubt.step), plainText(why)]]),
    `  sent      ${doubt.operation} ${plainText(JSON.stringify(doubt.options))}`,
    `  for file  ${plainText(doubt.file)}`,
    `  when      ${formatSending(doubt)}`,
    ...(doubt.requestIds.length === 0 ? [] : [`  requests  ${doubt.requestIds.join(', ')}`]),
    ...(doubt.promised === null ? [] : [`  new file  ${doubt.promised}`]),
    `  look for  ${doubt.expected}`,
    ...candidateLines(doubt, found),
    ...commandsFor(report, advice).map((command, index) =>
      index === 0 ? `  decide    ${command}` : `            ${command}`,
    ),
  ].join('\n');
}

function formatSending({ sentAt, sends, together }: Doubt): string {
  const at = sentAt === null ? 'not known' : `${formatInstant(sentAt)} (server time)`;
  const often = sends === null || sends === 1 ? '' : `, the last of ${sends} times`;
  return `${at}${often}${together === 1 ? '' : `, with ${formatCounted(together - 1, 'other item')} in one request`}`;
}

function candidateLines({ makesFile }: Doubt, found: FoundCandidates | null): string[] {
  if (!makesFile) return [];
  if (found === null) return ['  files     not looked up: add --candidates'];
  const { candidates, more, isWhole } = found;
  const rest = [
    ...(more === 0 ? [] : [`${formatCount(more)} more match`]),
    ...(isWhole ? [] : ['the listing of that time is too long to search completely']),
  ];
  const none = isWhole ? 'no file in the listing matches' : 'none found so far';
  const lines = candidates.length === 0 ? [none] : candidates.map(candidateLine);
  return [...lines, ...rest].map(
    (line, index) => `  ${index === 0 ? 'files   ' : '        '}  ${line}`,
  );
}

function candidateLine(file: CandidateFile): string {
  const { uuid, filename, mimeType, size, uploadedAt } = file;
  const name = filename === null || filename === '' ? '(no name)' : filename;
  const type = mimeType ?? '(type unknown)';
  const parts = [uuid, name, type, `${formatCount(size)} bytes`, formatInstant(uploadedAt)];
  return [...parts, fileUrl(file)].map(plainText).join('  ');
}

function candidateFacts(file: CandidateFile): Record<string, unknown> {
  const { uploadedAt, url, ...facts } = file;
  return { ...facts, uploadedAt: new Date(uploadedAt).toISOString(), url: fileUrl(file) };
}

function fileUrl({ url, uuid }: CandidateFile): string {
  return url ?? cdnUrl(DEFAULT_CDN_HOST, uuid);
}

function commandsFor({ doubt, found, run }: DoubtReport, advice: Advice): string[] {
  const key = shellWord(doubt.key);
  const only = found?.candidates.length === 1 ? found.candidates[0]?.uuid : undefined;
  const file = doubt.promised ?? only ?? 'UUID';
  return [
    ...(doubt.makesFile ? [advice.resolve(run, `${key} --as adopt --file ${file}`)] : []),
    ...(doubt.makesFile ? [] : [advice.resolve(run, `${key} --as done`)]),
    advice.resolve(run, `${key} --as redo`),
    advice.resolve(run, `${key} --as skip`),
  ];
}
