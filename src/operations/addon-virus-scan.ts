import { blockSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import { addonDoneBefore } from './addon-done-before.ts';
import { ADDONS_NEED_07, addonOperation, addonRequests } from './addon-operation.ts';
import { listedAddonResult } from './addon-result.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { seenAs } from './expected-effect.ts';

const call = (params: { readonly purgeInfected: boolean }): AddonCall => {
  return { name: 'uc_clamav_virus_scan', params };
};

/** Scans files for viruses; with `purgeInfected`, deletes infected files. */
export const virusScan = defineOperation({
  kind: 'addon/uc_clamav_virus_scan',
  versionFault: ADDONS_NEED_07,
  options: blockSchema({
    ...stepFile,
    purgeInfected: flagSchema
      .default(false)
      .describe('Delete files that are infected. Nobody can undo this, so the run asks first'),
  }),
  optionsText: 'Options of the scan',
  takes: PROJECT_FILES,
  skipIfDone: true,
  isIrreversible: ({ purgeInfected }) => purgeInfected,
  describe: ({ purgeInfected }) =>
    purgeInfected
      ? 'scans them for viruses and deletes infected files (irreversible)'
      : 'scans them for viruses',
  expectedEffect: () =>
    seenAs('a scan result in the appdata of the file, or the file gone as infected'),
  listedEffect: (_options, done) => listedAddonResult('uc_clamav_virus_scan', done),
  doneBefore: (client, options) => addonDoneBefore(client, call(options)),
  requests: () => addonRequests('uc_clamav_virus_scan'),
  docs: {
    request: '`POST /addons/…/execute/`',
    perRequest: '1',
    result: 'the findings',
    lostAnswer: 'looked up in the `appdata` of the file',
    remarks: 'with `purgeInfected` irreversible',
  },
  create: (options, { client }) => addonOperation(client, call(options)),
});
