import { formatBytes } from '../core/byte-size.ts';
import { formatCount } from '../core/counted.ts';
import type { CheckedEvidence } from '../evidence/check-evidence.ts';
import type { EvidenceManifest } from '../evidence/evidence-format.ts';
import type { WrittenEvidence } from '../evidence/write-evidence.ts';
import { keyFingerprint } from '../plans/approval-keys.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { ResultDocument } from './output.ts';
import { textTable } from './text-table.ts';

/** The result of a check of evidence that nobody signed. */
const UNSIGNED =
  'complete, and the files fit together; but it is not signed. To know that nobody wrote it again, compare the SHA-256 of the manifest with the one that you kept';

interface Described {
  readonly manifest: EvidenceManifest;
  readonly manifestSha256: string;
}

/** Returns written evidence as a JSON document. */
export function writtenDocument(
  folder: string,
  { manifest, manifestSha256, signature }: WrittenEvidence,
): ResultDocument {
  const signedBy = signature && keyFingerprint(signature.key);
  return { type: 'evidence', folder, manifestSha256, signedBy, manifest };
}

/** Returns written evidence as text. */
export function writtenText(folder: string, written: WrittenEvidence): string {
  const { signature } = written;
  const signed = signature === null ? 'no' : `by ${keyFingerprint(signature.key)}`;
  return textTable([['written', plainText(folder)], ...rows(written), ['signed', signed]]);
}

/** Returns the result of a check as a JSON document. */
export function checkedDocument(folder: string, checked: CheckedEvidence): ResultDocument {
  const { manifest, manifestSha256, faults, signedBy, signedAt } = checked;
  const isUnchanged = faults.length === 0;
  return {
    type: 'evidence-check',
    folder,
    isUnchanged,
    faults,
    manifestSha256,
    signedBy,
    signedAt,
    manifest,
  };
}

/** Returns the result of a check as text. `isTrusted` is true if the user named the keys that may sign. */
export function checkedText(folder: string, checked: CheckedEvidence, isTrusted: boolean): string {
  const { faults, signedBy, signedAt } = checked;
  const warning = isTrusted ? '' : '; check that this is the right key, or use --key';
  const signed = signedBy === null ? 'no' : `by ${signedBy}, ${signedAt ?? ''}${warning}`;
  const result =
    faults.length === 0
      ? [['result', signedBy === null ? UNSIGNED : 'complete and unchanged']]
      : faults.map((fault) => ['WRONG', fault]);
  return textTable([
    ['checked', plainText(folder)],
    ...rows(checked),
    ['signed', plainText(signed)],
    ...result,
  ]);
}

function rows({ manifest, manifestSha256 }: Described): string[][] {
  const { run, job, state, project, restOrigin, writtenAt } = manifest;
  const { records, withoutFacts, deletedBytes, decidedByPerson, unknownResults } = manifest;
  const unknown =
    withoutFacts === 0
      ? ''
      : ` (records without the facts of a file: ${formatCount(withoutFacts)})`;
  const decided =
    decidedByPerson === 0
      ? []
      : [
          [
            'decided',
            `${formatCount(decidedByPerson)} more: their answers are unknown, and a person decided that they were done`,
          ],
        ];
  const open =
    unknownResults === 0
      ? []
      : [
          [
            'unknown',
            `${formatCount(unknownResults)} deletes have an unknown result, and no record`,
          ],
        ];
  return [
    ['run', `${run} (${job}), ${state}`],
    ['project', `${project} at ${restOrigin}`],
    ['at', writtenAt],
    [
      'deleted',
      `${formatCount(records - decidedByPerson)}; ${formatBytes(deletedBytes)}${unknown}`,
    ],
    ...decided,
    ...open,
    ['sha256', `${manifestSha256} (manifest)`],
  ].map(([label = '', text = '']) => [label, plainText(text)]);
}
