import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';
import type { Addon } from '../time/work-plan.ts';

/** The result of an add-on for a file. It becomes part of the file's appdata (docs/uploadcare-api.md 2.1). */
export interface AddonFinding {
  readonly version: string;
  readonly data: object;
}

const LABELS = [
  ['Accessories', []],
  ['Strap', ['Accessories']],
  ['Path', []],
  ['Street', ['City', 'Road', 'Urban']],
  ['Dog', ['Animal', 'Canine', 'Mammal', 'Pet']],
  ['Leash', []],
  ['Person', []],
  ['Tree', ['Plant']],
] as const;

const MODERATION = [
  ['Weapons', 'Violence'],
  ['Alcohol', ''],
  ['Smoking', 'Drugs & Tobacco'],
  ['Gambling', ''],
] as const;

/**
 * True if the virus scan finds a virus in the file. `share` is the share of infected files. The result
 * depends only on the UUID and the share, so it is always the same for a file.
 */
export function isInfected(uuid: string, share: number): boolean {
  return unitInterval(deriveSeed(uuid, 'infected')) < share;
}

/**
 * Generates the result of an add-on for a file. Format and versions are those of the recording
 * `rb.rest_file_info.v2`.
 */
export function addonFinding(
  addon: Exclude<Addon, 'remove_bg'>,
  uuid: string,
  infectedShare: number,
): AddonFinding {
  switch (addon) {
    case 'uc_clamav_virus_scan': {
      const infected = isInfected(uuid, infectedShare);
      const virus = infected ? { infected_with: 'Win.Test.EICAR_HDB-1' } : {};
      return { version: '1.0.1', data: { infected, ...virus } };
    }
    case 'aws_rekognition_detect_labels':
      return { version: '2016-06-27', data: { Labels: labels(uuid), LabelModelVersion: '3.0' } };
    case 'aws_rekognition_detect_moderation_labels':
      return {
        version: '2016-06-27',
        data: { ModerationLabels: moderationLabels(uuid), ModerationModelVersion: '6.0' },
      };
  }
}

function labels(uuid: string): object[] {
  return chosen(LABELS, uuid, 0.5).map(({ value: [name, parents], bits }) => ({
    Name: name,
    Parents: parents.map((parent) => ({ Name: parent })),
    Instances: name === 'Dog' ? [instanceOf(bits)] : [],
    Confidence: confidence(bits),
  }));
}

function moderationLabels(uuid: string): object[] {
  return chosen(MODERATION, uuid, 0.05).map(({ value: [name, parent], bits }) => ({
    Name: name,
    ParentName: parent,
    Confidence: confidence(bits),
  }));
}

function instanceOf(bits: number): object {
  const [top, left] = [unitInterval(bits) / 2, unitInterval(mixBits(bits, 2)) / 2];
  const box = { Top: top, Left: left, Width: 0.4, Height: 0.5 };
  return { Confidence: confidence(bits), BoundingBox: box };
}

function confidence(bits: number): number {
  return 60 + unitInterval(mixBits(bits, 1)) * 40;
}

function chosen<Value>(values: readonly Value[], uuid: string, share: number) {
  const seed = deriveSeed(uuid, 'labels');
  return values
    .map((value, number) => ({ value, bits: mixBits(seed, number) }))
    .filter(({ bits }) => unitInterval(bits) < share);
}
