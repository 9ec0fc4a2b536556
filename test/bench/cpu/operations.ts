import { METADATA, REMOTE_TARGET } from './script-client.ts';

/** An operation whose CPU is measured. */
export interface MeasuredOperation {
  readonly name: 'store' | 'delete' | 'metadata' | 'copy-to-remote';
  readonly shown: string;
  readonly isBatch: boolean;
  /** The operation in the log of the emulator. */
  readonly effect: string;
  readonly areFilesStored: boolean;
  readonly job: string;
  /** Largest CPU of ucbulk, as a multiple of the floor. */
  readonly mostTimesFloor: number;
  /** True if ucbulk must also need less than the script with the official client. */
  readonly isBelowOfficial: boolean;
  /** Largest number of syncs for each file. */
  readonly mostSyncs?: number;
}

export const OPERATIONS: readonly MeasuredOperation[] = [
  {
    name: 'store',
    shown: 'batch store',
    isBatch: true,
    effect: 'store',
    areFilesStored: false,
    job: jobText('stored: false', 'uses: store'),
    mostTimesFloor: 1.3,
    isBelowOfficial: true,
  },
  {
    name: 'delete',
    shown: 'batch delete',
    isBatch: true,
    effect: 'delete',
    areFilesStored: false,
    job: jobText('stored: false', 'uses: delete'),
    mostTimesFloor: 1.35,
    isBelowOfficial: false,
  },
  {
    name: 'metadata',
    shown: 'metadata',
    isBatch: false,
    effect: 'metadata_set',
    areFilesStored: true,
    job: jobText(
      'stored: true',
      `uses: metadata, with: { set: { ${METADATA.key}: "${METADATA.value}" } }`,
    ),
    mostTimesFloor: 1.5,
    isBelowOfficial: true,
    mostSyncs: 0.2,
  },
  {
    name: 'copy-to-remote',
    shown: 'copy-to-remote',
    isBatch: false,
    effect: 'remote_copy',
    areFilesStored: true,
    job: jobText('stored: true', `uses: copy-to-remote, with: { target: ${REMOTE_TARGET} }`),
    mostTimesFloor: 1.5,
    isBelowOfficial: false,
    mostSyncs: 1,
  },
];

function jobText(files: string, step: string): string {
  return `
version: 1
name: bench-cpu
source: { files: { ${files} } }
steps: [{ ${step} }]
`;
}
