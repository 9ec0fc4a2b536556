import { join } from 'node:path';
import * as z from 'zod';
import { isJsonObject } from '../core/json.ts';
import { RUN_STATES } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import {
  EVIDENCE_FORMAT,
  type EvidenceManifest,
  MANIFEST_FILE,
  RECORDS_FILE,
} from './evidence-format.ts';

const text = z.string().min(1);
const time = z.iso.datetime();
const count = z.int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const MANIFEST: z.ZodType<EvidenceManifest> = z.strictObject({
  version: z.literal(1),
  type: z.literal('evidence'),
  format: z.literal(EVIDENCE_FORMAT),
  tool: text,
  writtenAt: time,
  run: text,
  job: text,
  state: z.enum(RUN_STATES),
  project: text,
  restOrigin: text,
  startedAt: time,
  endedAt: time.nullable(),
  confirmedAt: time.nullable(),
  plan: z.strictObject({ sha256: hash, approvedBy: text.nullable() }).nullable(),
  unknownResults: count,
  records: count,
  decidedByPerson: count,
  withoutFacts: count,
  deletedBytes: count,
  file: z.strictObject({ name: z.literal(RECORDS_FILE), bytes: count, sha256: hash }),
  lastRecord: hash,
});

/** Reads a manifest. Throws a `UserError` if it is not a manifest that this version can read, or is damaged. */
export function parseManifest(content: string, folder: string): EvidenceManifest {
  const value = parseObject(content);
  if (value?.['type'] !== 'evidence') {
    throw damaged(folder, 'is not the manifest of evidence, or it is damaged');
  }
  const { format, tool } = value;
  if (format !== EVIDENCE_FORMAT) {
    throw new UserError(
      'usage',
      `The evidence in ${folder} has format ${String(format)}, and this ucbulk reads format ${EVIDENCE_FORMAT}. Use ucbulk ${String(tool)}, which wrote it.`,
    );
  }
  const parsed = MANIFEST.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...keys.slice(0, 1)].join('.');
  const fault = keys.length > 0 ? 'is unknown' : 'is missing or has a wrong value';
  throw damaged(folder, `was changed: its field \`${field.slice(0, 80)}\` ${fault}`);
}

/** Parses a JSON object; null if the text is something else. */
export function parseObject(content: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(content);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function damaged(folder: string, fault: string): UserError {
  return new UserError(
    'usage',
    `${join(folder, MANIFEST_FILE)} ${fault}. Name the folder that \`ucbulk evidence RUN -o FOLDER\` wrote.`,
  );
}
