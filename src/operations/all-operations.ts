import { detectLabels } from './addon-detect-labels.ts';
import { detectModerationLabels } from './addon-detect-moderation-labels.ts';
import { removeBg } from './addon-remove-bg.ts';
import { virusScan } from './addon-virus-scan.ts';
import { convertDocument } from './convert-document-operation.ts';
import { convertVideo } from './convert-video-operation.ts';
import { copyLocal } from './copy-local-operation.ts';
import { copyToRemote } from './copy-to-remote-operation.ts';
import { createGroup } from './create-group-operation.ts';
import { deleteGroup } from './delete-group-operation.ts';
import { deleteFile } from './delete-operation.ts';
import type { OperationDescriptor } from './descriptor.ts';
import { importUrl } from './import-url-operation.ts';
import { info } from './info-operation.ts';
import { metadata } from './metadata-operation.ts';
import { namedOwnOperation } from './own-descriptor.ts';
import { store } from './store-operation.ts';
import { tags } from './tags-operation.ts';
import { upload } from './upload-operation.ts';

/** Every operation, in the order of the job schema and of the documentation. */
export const OPERATIONS = [
  store,
  deleteFile,
  copyToRemote,
  copyLocal,
  metadata,
  tags,
  convertDocument,
  convertVideo,
  virusScan,
  removeBg,
  detectLabels,
  detectModerationLabels,
  importUrl,
  upload,
  createGroup,
  deleteGroup,
  info,
] as const;

/** The name of an operation in a job file. */
export type OperationKind = (typeof OPERATIONS)[number]['kind'];

const BY_KIND = new Map<string, OperationDescriptor>(OPERATIONS.map((one) => [one.kind, one]));

/**
 * Finds an operation by its name; undefined if this version of ucbulk does not have it. The name of own code
 * shows little about it; `stepOperation` knows more.
 */
export function findOperation(uses: string): OperationDescriptor | undefined {
  return BY_KIND.get(uses) ?? namedOwnOperation(uses);
}

/** Returns the operation of a step in a checked job. */
export function operationNamed(uses: OperationKind): OperationDescriptor {
  const found = BY_KIND.get(uses);
  if (found === undefined) throw new Error(`Unknown operation: ${uses}`);
  return found;
}

/** True if the result of this operation names a new file. */
export function makesFile(uses: string): boolean {
  return Object.values(findOperation(uses)?.makes ?? {}).includes('file');
}
