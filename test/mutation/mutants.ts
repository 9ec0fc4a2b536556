import { ANSWER_PROTECTIONS } from './answer-protections.ts';
import { BUCKET_PROTECTIONS } from './bucket-protections.ts';
import { CLAIM_PROTECTIONS } from './claim-protections.ts';
import { CLEAN_PROTECTIONS } from './clean-protections.ts';
import { CONSENT_PROTECTIONS } from './consent-protections.ts';
import { CONTROL_PROTECTIONS } from './control-protections.ts';
import { COST_PROTECTIONS, WINDOW_PROTECTIONS } from './cost-protections.ts';
import { DISK_PROTECTIONS } from './disk-protections.ts';
import { EDGE_PROTECTIONS } from './edge-protections.ts';
import { EVIDENCE_PROTECTIONS } from './evidence-protections.ts';
import { FILTER_PROTECTIONS } from './filter-protections.ts';
import { FLAG_PROTECTIONS } from './flag-protections.ts';
import { FLEET_PROTECTIONS } from './fleet-protections.ts';
import { HOOK_PROTECTIONS } from './hook-protections.ts';
import { INPUT_PROTECTIONS } from './input-protections.ts';
import { INVENTORY_PROTECTIONS } from './inventory-protections.ts';
import { KNOWN_MISTAKES } from './known-mistakes.ts';
import { NETWORK_PROTECTIONS } from './network-protections.ts';
import { OPERATION_PROTECTIONS } from './operation-protections.ts';
import { OWN_CODE_PROTECTIONS } from './own-code-protections.ts';
import { PLAN_PROTECTIONS } from './plan-protections.ts';
import { PROTECTIONS } from './protections.ts';
import { RECHECK_PROTECTIONS } from './recheck-protections.ts';
import { REPORT_PROTECTIONS } from './report-protections.ts';
import { RETRY_PROTECTIONS } from './retry-protections.ts';
import { SECOND_RUN_PROTECTIONS } from './second-run-protections.ts';
import { SERVICE_PROTECTIONS } from './service-protections.ts';
import { SINCE_PROTECTIONS } from './since-protections.ts';
import { STATE_PROTECTIONS } from './state-protections.ts';
import { SWEEP_PROTECTIONS } from './sweep-protections.ts';
import { UNDO_PROTECTIONS } from './undo-protections.ts';
import { UPLOAD_PROTECTIONS } from './upload-protections.ts';
import { VERSION_PROTECTIONS } from './version-protections.ts';

/** A protection to turn off, and the test that must fail without it. */
export interface Mutant {
  readonly name: string;
  /** The protection in one sentence, for the table. */
  readonly protection: string;
  readonly file: string;
  /** A text that the file contains exactly once. */
  readonly from: string;
  readonly to: string;
  /** Changes of other files, if several protections must be off before anything happens. */
  readonly also?: readonly Pick<Mutant, 'file' | 'from' | 'to'>[];
  /** The test that must fail: its file and a part of its name. */
  readonly red: { readonly file: string; readonly test: string };
}

/** Every protection that has a test. */
export const MUTANTS: readonly Mutant[] = [
  ...KNOWN_MISTAKES,
  ...FILTER_PROTECTIONS,
  ...RECHECK_PROTECTIONS,
  ...PROTECTIONS,
  ...STATE_PROTECTIONS,
  ...SERVICE_PROTECTIONS,
  ...CLAIM_PROTECTIONS,
  ...CONSENT_PROTECTIONS,
  ...CONTROL_PROTECTIONS,
  ...COST_PROTECTIONS,
  ...WINDOW_PROTECTIONS,
  ...FLAG_PROTECTIONS,
  ...FLEET_PROTECTIONS,
  ...BUCKET_PROTECTIONS,
  ...HOOK_PROTECTIONS,
  ...INPUT_PROTECTIONS,
  ...NETWORK_PROTECTIONS,
  ...OPERATION_PROTECTIONS,
  ...OWN_CODE_PROTECTIONS,
  ...PLAN_PROTECTIONS,
  ...REPORT_PROTECTIONS,
  ...UNDO_PROTECTIONS,
  ...DISK_PROTECTIONS,
  ...ANSWER_PROTECTIONS,
  ...UPLOAD_PROTECTIONS,
  ...VERSION_PROTECTIONS,
  ...EDGE_PROTECTIONS,
  ...RETRY_PROTECTIONS,
  ...CLEAN_PROTECTIONS,
  ...INVENTORY_PROTECTIONS,
  ...SECOND_RUN_PROTECTIONS,
  ...SINCE_PROTECTIONS,
  ...EVIDENCE_PROTECTIONS,
  ...SWEEP_PROTECTIONS,
];
