import { ANSWER_PROTECTIONS } from './answer-protections.ts';
import { CLAIM_PROTECTIONS } from './claim-protections.ts';
import { CONSENT_PROTECTIONS } from './consent-protections.ts';
import { DISK_PROTECTIONS } from './disk-protections.ts';
import { EDGE_PROTECTIONS } from './edge-protections.ts';
import { FILTER_PROTECTIONS } from './filter-protections.ts';
import { FLAG_PROTECTIONS } from './flag-protections.ts';
import { INPUT_PROTECTIONS } from './input-protections.ts';
import { KNOWN_MISTAKES } from './known-mistakes.ts';
import { NETWORK_PROTECTIONS } from './network-protections.ts';
import { OPERATION_PROTECTIONS } from './operation-protections.ts';
import { PROTECTIONS } from './protections.ts';
import { RECHECK_PROTECTIONS } from './recheck-protections.ts';
import { REPORT_PROTECTIONS } from './report-protections.ts';
import { SERVICE_PROTECTIONS } from './service-protections.ts';
import { STATE_PROTECTIONS } from './state-protections.ts';
import { UPLOAD_PROTECTIONS } from './upload-protections.ts';
import { VERSION_PROTECTIONS } from './version-protections.ts';

/** One protection turned off, and the test that must not let it pass. */
export interface Mutant {
  readonly name: string;
  /** What is turned off, for the table. */
  readonly protection: string;
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** A test file, and a part of the test's name, that go red. */
  readonly red: { readonly file: string; readonly test: string };
}

/** Every protection that a test claims to watch over. */
export const MUTANTS: readonly Mutant[] = [
  ...KNOWN_MISTAKES,
  ...FILTER_PROTECTIONS,
  ...RECHECK_PROTECTIONS,
  ...PROTECTIONS,
  ...STATE_PROTECTIONS,
  ...SERVICE_PROTECTIONS,
  ...CLAIM_PROTECTIONS,
  ...CONSENT_PROTECTIONS,
  ...FLAG_PROTECTIONS,
  ...INPUT_PROTECTIONS,
  ...NETWORK_PROTECTIONS,
  ...OPERATION_PROTECTIONS,
  ...REPORT_PROTECTIONS,
  ...DISK_PROTECTIONS,
  ...ANSWER_PROTECTIONS,
  ...UPLOAD_PROTECTIONS,
  ...VERSION_PROTECTIONS,
  ...EDGE_PROTECTIONS,
];
