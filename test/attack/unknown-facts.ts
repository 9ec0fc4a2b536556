import { between, pick } from '../support/seeded-random.ts';
import { AttackStage } from './attack-stage.ts';

// Deletes by random conditions over listings that lack fields. The reference below knows three
// truth values and shares nothing with the program's filters.
type Truth = true | false | null;
type Random = () => number;

interface FileTruth {
  readonly uuid: string;
  readonly name: string;
  readonly mime: string | null;
  readonly isImage: boolean | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
}

interface Leaf {
  readonly yaml: string;
  readonly holds: (file: FileTruth) => Truth;
}

const NAMES = ['Brücke', 'café', 'Ångström', 'plain', 'ÜBER'];
const TAGS = ['keep', 'old', 'grün'];
const MIMES = ['image/jpeg', 'image/png', 'application/pdf', 'text/plain'];

/** Returns a violation in words, or null. */
export async function attackUnknownFacts(random: Random): Promise<string | null> {
  const stage = await AttackStage.open({ files: 0 });
  try {
    const files = Array.from({ length: 12 }, (_, place) => addFile(stage, place, random));
    hideFacts(stage, new Map(files.map((file) => [file.uuid, file])), random);
    const where = randomWhere(random);
    const job = stage.job(
      'delete',
      `source: { files: {} }\nwhere: ${where.yaml}\nsteps: [ { uses: delete } ]\n`,
    );
    const { code, stderr } = await stage.start(['run', job, '--yes', '-q']).ended;
    if (code !== 0 && code !== 3) return `${where.yaml}: exit ${code}: ${stderr.slice(0, 300)}`;
    const deleted = stage.effects('delete');
    const wrong = files.filter((file) => deleted.has(file.uuid) && where.holds(file) !== true);
    return wrong.length === 0
      ? null
      : `${where.yaml} deleted ${wrong.length} files, e.g. ${JSON.stringify(wrong[0])}`;
  } finally {
    await stage.close();
  }
}

function addFile({ project }: AttackStage, place: number, random: Random): FileTruth {
  const name = `${pick(random, NAMES)}-${place}.jpg`.normalize(pick(random, ['NFC', 'NFD']));
  const mimeType = pick(random, MIMES);
  const metadata = pick(random, [{}, { keep: 'yes' }, { keep: 'no', other: '1' }] as const);
  const tags = TAGS.filter(() => random() < 0.4);
  const isImage = mimeType.startsWith('image/');
  const made = project.addFile({
    name,
    mimeType,
    isImage,
    metadata: { ...metadata },
    tags,
    storedAt: new Date().toISOString(),
  });
  return {
    uuid: made.uuid,
    name,
    mime: random() < 0.25 ? null : mimeType,
    isImage: random() < 0.25 ? null : isImage,
    metadata: { ...metadata },
    tags,
  };
}

/** Takes facts out of every answer: null MIME types as the reference has them, whole fields at random. */
function hideFacts(
  stage: AttackStage,
  truths: ReadonlyMap<string, FileTruth>,
  random: Random,
): void {
  const hidesTags = random() < 0.5;
  const hidesMetadata = random() < 0.3;
  stage.meddle = ({ method, url, body }) => {
    if (method !== 'GET' || !/^\/files\/(\?|[0-9a-f-]{36}\/(\?|$)|search)/.test(url)) return;
    return JSON.stringify(JSON.parse(body, (_, value: unknown) => hidden(value)));
  };
  function hidden(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('uuid' in value)) return value;
    const truth = truths.get(String(value.uuid));
    if (truth === undefined) return value;
    const { tags, metadata, ...rest } = value as Record<string, unknown>;
    return {
      ...rest,
      ...(truth.mime === null && { mime_type: null }),
      ...(truth.isImage === null && { is_image: null }),
      ...(!hidesTags && tags !== undefined && { tags }),
      ...(!hidesMetadata && metadata !== undefined && { metadata }),
    };
  }
}

function randomWhere(random: Random): Leaf {
  const parts: Leaf[] = [];
  if (random() < 0.6) parts.push(randomSet(random));
  if (random() < 0.4) {
    const sets = [randomSet(random), randomSet(random)];
    parts.push({
      yaml: `any: [ ${sets.map(({ yaml }) => `{ ${yaml} }`).join(', ')} ]`,
      holds: (file) => or(sets.map(({ holds }) => holds(file))),
    });
  }
  if (parts.length === 0 || random() < 0.6) {
    const set = randomSet(random);
    parts.push({
      yaml: `unless: { ${set.yaml} }`,
      holds: (file) => not(set.holds(file)),
    });
  }
  return {
    yaml: `{ ${parts.map(({ yaml }) => yaml).join(', ')} }`,
    holds: (file) => and(parts.map(({ holds }) => holds(file))),
  };
}

/** One to three conditions with different keys, all of which must hold. */
function randomSet(random: Random): Leaf {
  const kinds = [nameLeaf, mimeLeaf, imageLeaf, metadataLeaf, tagsLeaf]
    .sort(() => random() - 0.5)
    .slice(0, between(random, 1, 3));
  const leaves = kinds.map((make) => make(random));
  return {
    yaml: leaves.map(({ yaml }) => yaml).join(', '),
    holds: (file) => and(leaves.map(({ holds }) => holds(file))),
  };
}

function nameLeaf(random: Random): Leaf {
  const wanted = pick(random, NAMES).normalize(pick(random, ['NFC', 'NFD']));
  const start = wanted.normalize('NFC').toLowerCase();
  return {
    yaml: `name: "${wanted}*"`,
    holds: ({ name }) => name.normalize('NFC').toLowerCase().startsWith(start),
  };
}

function mimeLeaf(random: Random): Leaf {
  const start = pick(random, ['image/', 'application/', 'text/']);
  return {
    yaml: `mime: "${start}*"`,
    holds: ({ mime }) => (mime === null ? null : mime.startsWith(start)),
  };
}

function imageLeaf(random: Random): Leaf {
  const wanted = random() < 0.5;
  return {
    yaml: `isImage: ${wanted}`,
    holds: ({ isImage }) => (isImage === null ? null : isImage === wanted),
  };
}

function metadataLeaf(random: Random): Leaf {
  if (random() < 0.5) {
    const wanted = random() < 0.5;
    return {
      yaml: `metadata: { keep: { exists: ${wanted} } }`,
      holds: ({ metadata }) => 'keep' in metadata === wanted,
    };
  }
  const value = pick(random, ['yes', 'no']);
  return {
    yaml: `metadata: { keep: "${value}" }`,
    holds: ({ metadata }) => metadata['keep'] === value,
  };
}

function tagsLeaf(random: Random): Leaf {
  const kind = pick(random, ['any', 'all', 'none'] as const);
  const wanted = TAGS.filter(() => random() < 0.5);
  if (wanted.length === 0) wanted.push('keep');
  const has = (file: FileTruth) => wanted.filter((tag) => file.tags.includes(tag)).length;
  const holds = {
    any: (file: FileTruth) => has(file) > 0,
    all: (file: FileTruth) => has(file) === wanted.length,
    none: (file: FileTruth) => has(file) === 0,
  };
  return { yaml: `tags: { ${kind}: [ ${wanted.join(', ')} ] }`, holds: holds[kind] };
}

function and(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

function or(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(null) ? null : false;
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}
