import { assertNever } from '../core/assert-never.ts';
import type { Item } from '../core/item.ts';
import type { Files } from '../core/world.ts';
import { compileGlob } from '../filters/glob.ts';
import type { Step } from '../job/step-schemas.ts';
import { addonOperation } from '../operations/addon-operation.ts';
import { convertDocumentOperation } from '../operations/convert-document-operation.ts';
import { convertVideoOperation } from '../operations/convert-video-operation.ts';
import { copyLocalOperation } from '../operations/copy-local-operation.ts';
import { copyToRemoteOperation } from '../operations/copy-to-remote-operation.ts';
import { createGroupOperation } from '../operations/create-group-operation.ts';
import { deleteGroupOperation } from '../operations/delete-group-operation.ts';
import { deleteOperation } from '../operations/delete-operation.ts';
import { importUrlOperation } from '../operations/import-url-operation.ts';
import type { ExpectedContent } from '../operations/imported-content.ts';
import { infoOperation } from '../operations/info-operation.ts';
import { createLocalFiles } from '../operations/local-files.ts';
import { metadataOperation } from '../operations/metadata-operation.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperationContext } from '../operations/operation-context.ts';
import { storeOperation } from '../operations/store-operation.ts';
import { tagsOperation } from '../operations/tags-operation.ts';
import { uploadOperation } from '../operations/upload-operation.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { ServiceClient } from '../uploadcare/service-client.ts';

/** What the steps of a run work with. */
export interface StepsPlace {
  readonly client: ServiceClient;
  readonly files: Files;
  readonly run: string;
  readonly serverNow: () => number;
}

/** A step of the job, bound to the project's client: one exhaustive switch. */
export function operationOf(step: Step, place: StepsPlace): Operation {
  const { client } = place;
  const context: OperationContext = { ...place, step: step.id };
  switch (step.uses) {
    case 'store':
      return storeOperation(client.files);
    case 'delete':
      return deleteOperation(client.files);
    case 'copy-to-remote':
      return copyToRemoteOperation(client.files, step.with);
    case 'copy-local':
      return copyLocalOperation(client, step.with, context);
    case 'metadata':
      return metadataOperation(client.metadata, step.with);
    case 'tags':
      return tagsOperation(client.tags, step.with);
    case 'info':
      return infoOperation(client.files, step.with);
    case 'convert/document':
      return convertDocumentOperation(client, step.with);
    case 'convert/video':
      return convertVideoOperation(client, step.with);
    case 'addon/uc_clamav_virus_scan':
    case 'addon/remove_bg':
    case 'addon/aws_rekognition_detect_labels':
    case 'addon/aws_rekognition_detect_moderation_labels':
      return addonOperation(client, addonCallOf(step));
    case 'import-url':
      return importUrlOperation(
        { ...client, ...client.upload, expected: expectedContent(step.with.expect) },
        step.with,
        context,
      );
    case 'upload': {
      const files = createLocalFiles(place.files, pathOf);
      return uploadOperation({ ...client, ...context, files }, step.with, context);
    }
    case 'create-group':
      return createGroupOperation(
        { ...client.upload, groups: client.groups, files: client.files },
        step.with,
      );
    case 'delete-group':
      return deleteGroupOperation(client.groups);
    default:
      return assertNever(step, 'operation');
  }
}

function expectedContent(globs: readonly string[] | undefined): ExpectedContent | null {
  if (globs === undefined) return null;
  const compiled = globs.map(compileGlob);
  return { globs, matches: (mimeType) => compiled.some((matches) => matches(mimeType)) };
}

type AddonStep = Extract<Step, { uses: `addon/${string}` }>;

/** The add-on that a step runs, as the client calls it; null for other steps. */
export function addonCallOf(step: AddonStep): AddonCall;
export function addonCallOf(step: Step): AddonCall | null;
export function addonCallOf(step: Step): AddonCall | null {
  switch (step.uses) {
    case 'addon/uc_clamav_virus_scan':
      return { name: 'uc_clamav_virus_scan', params: step.with };
    case 'addon/remove_bg':
      return { name: 'remove_bg', params: given(step.with) };
    case 'addon/aws_rekognition_detect_labels':
      return { name: 'aws_rekognition_detect_labels' };
    case 'addon/aws_rekognition_detect_moderation_labels':
      return { name: 'aws_rekognition_detect_moderation_labels' };
    default:
      return null;
  }
}

/** Where the file of an item of a folder is. */
function pathOf(item: Item): string {
  const path = item.details?.['path'];
  return typeof path === 'string' ? path : item.key;
}

type Given<Options> = { [Key in keyof Options]: Exclude<Options[Key], undefined> };

/** Options without those that were left out. */
function given<Options extends object>(options: Options): Given<Options> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<Options>;
}
