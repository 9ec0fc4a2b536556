import { detectLabels } from './addon-detect-labels.ts';
import { detectModerationLabels } from './addon-detect-moderation-labels.ts';
import { removeBg } from './addon-remove-bg.ts';
import { virusScan } from './addon-virus-scan.ts';
import { convertDocument } from './convert-document-operation.ts';
import { convertVideo } from './convert-video-operation.ts';
import { copyLocal } from './copy-local-operation.ts';
import { copyToBucket } from './copy-to-bucket-operation.ts';
import { copyToRemote } from './copy-to-remote-operation.ts';
import { createGroup } from './create-group-operation.ts';
import { deleteGroup } from './delete-group-operation.ts';
import { deleteFile } from './delete-operation.ts';
import type { OperationDescriptor } from './descriptor.ts';
import { importUrl } from './import-url-operation.ts';
import { info } from './info-operation.ts';
import { metadata } from './metadata-operation.ts';
import type { OperationKind } from './operation-traits.ts';
import { store } from './store-operation.ts';
import { tags } from './tags-operation.ts';
import { upload } from './upload-operation.ts';

/** Every operation, in the order of the job schema and of the documentation. */
export const OPERATIONS = [
  store,
  deleteFile,
  copyToRemote,
  copyToBucket,
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

const BY_KIND = new Map<string, OperationDescriptor>(OPERATIONS.map((one) => [one.kind, one]));

/** Returns the operation of a step in a checked job. */
export function operationNamed(uses: OperationKind): OperationDescriptor {
  const found = BY_KIND.get(uses);
  if (found === undefined) throw new Error(`Unknown operation: ${uses}`);
  return found;
}
