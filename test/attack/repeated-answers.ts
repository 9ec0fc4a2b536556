import { pick } from '../support/seeded-random.ts';
import { AttackStage } from './attack-stage.ts';

type Random = () => number;

const QUICK = { medianMs: 30, sigma: 0, hiddenMs: 0 };

interface Target {
  readonly name: string;
  readonly steps: string;
  /** Field of the answer that is repeated. */
  readonly field: string;
  readonly url: RegExp;
}

const TARGETS: readonly Target[] = [
  {
    name: 'remove_bg start',
    steps: '{ id: make, uses: addon/remove_bg }',
    field: 'request_id',
    url: /remove_bg\/execute\/$/,
  },
  {
    name: 'remove_bg result',
    steps: '{ id: make, uses: addon/remove_bg }',
    field: 'file_id',
    url: /execute\/status/,
  },
  {
    name: 'local copy',
    steps: '{ id: make, uses: copy-local }',
    field: 'uuid',
    url: /local_copy\/$/,
  },
];

/**
 * A service that gives an earlier answer again, or names the source as what it made, and a later
 * step that deletes what was made. No original may be deleted, and no file may count for two items.
 */
export async function attackAnswers(random: Random): Promise<string | null> {
  const stage = await AttackStage.open({
    files: 0,
    work: { remove_bg: QUICK, local_copy: QUICK },
  });
  try {
    const originals = Array.from({ length: 12 }, (_, place) =>
      stage.project.addFile({
        name: `p${place}.jpg`,
        mimeType: 'image/jpeg',
        isImage: true,
        storedAt: new Date(Date.now() - 86_400_000).toISOString(),
        uploadedAt: new Date(Date.now() - 86_400_000).toISOString(),
      }),
    ).map(({ uuid }) => uuid);
    const target = pick(random, TARGETS);
    const how = pick(random, ['first again', 'last again', 'an original'] as const);
    const share = pick(random, [0.2, 0.5, 1]);
    repeatAnswers(stage, { target, how, share, originals }, random);
    const deletes = random() < 0.6;
    const last = deletes ? ', { uses: delete, with: { file: "$' + '{{ steps.make.file }}" } }' : '';
    const job = stage.job('j', `source: { files: {} }\nsteps: [ ${target.steps}${last} ]\n`);
    const program = stage.start(['run', job, '--yes', '--json', '-q']);
    const { code } = await program.ended;
    const tale = `${target.name}, ${how}, ${share * 100} %${deletes ? ', then delete' : ''}: exit ${code}`;
    const deleted = stage.effects('delete');
    const lost = originals.filter((uuid) => deleted.has(uuid));
    if (lost.length > 0) return `${tale}, ${lost.length} originals deleted`;
    const run = await runId(stage);
    const items = run === null ? [] : await itemsOf(stage, run);
    const made = items
      .filter(({ state }) => state === 'done')
      .map(({ result }) => result?.file)
      .filter((file) => file !== undefined);
    return new Set(made).size === made.length ? null : `${tale}, one file counts for several items`;
  } finally {
    await stage.close();
  }
}

function repeatAnswers(
  stage: AttackStage,
  plan: {
    target: Target;
    how: 'first again' | 'last again' | 'an original';
    share: number;
    originals: readonly string[];
  },
  random: Random,
): void {
  const { target, how, share, originals } = plan;
  const given: string[] = [];
  stage.meddle = ({ url, body }) => {
    if (!target.url.test(url.replace(/\?.*/, '')) || random() > share) return;
    return JSON.stringify(
      JSON.parse(body, (key, value: unknown) => {
        if (key !== target.field || typeof value !== 'string') return value;
        const earlier = how === 'first again' ? given[0] : given.at(-1);
        given.push(value);
        return how === 'an original' ? pick(random, originals) : (earlier ?? value);
      }),
    );
  };
}

async function runId(stage: AttackStage): Promise<string | null> {
  const { stdout } = await stage.start(['runs', '--json']).ended;
  return /"run":"([^"]+)"/.exec(stdout)?.[1] ?? null;
}

async function itemsOf(
  stage: AttackStage,
  run: string,
): Promise<{ state: string; result?: { file?: string } }[]> {
  const { stdout } = await stage.start(['items', run, '--json']).ended;
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
