import { blockSchema, stepFile } from '../job/job-value-schemas.ts';
import { addonDoneBefore } from './addon-done-before.ts';
import { ADDONS_NEED_07, addonOperation, addonRequests } from './addon-operation.ts';
import { listedAddonResult } from './addon-result.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';

const CALL = { name: 'aws_rekognition_detect_moderation_labels' } as const;

/** Finds labels for unwanted or offensive content in pictures. */
export const detectModerationLabels = defineOperation({
  kind: 'addon/aws_rekognition_detect_moderation_labels',
  versionFault: ADDONS_NEED_07,
  options: blockSchema(stepFile),
  optionsText: 'The file to analyse',
  takes: PROJECT_FILES,
  skipIfDone: true,
  describe: () => 'checks them for unwanted content',
  listedEffect: (_options, done) => listedAddonResult(CALL.name, done),
  doneBefore: (client) => addonDoneBefore(client, CALL),
  requests: () => addonRequests('aws_rekognition_detect_moderation_labels'),
  docs: {
    request: '`POST /addons/…/execute/`',
    perRequest: '1',
    result: 'labels',
    lostAnswer: 'looked up in the `appdata` of the file',
  },
  create: (_options, { client }) => addonOperation(client, CALL),
});
