import { between, pick } from '../support/seeded-random.ts';
import { AttackStage } from './attack-stage.ts';

type Random = () => number;

const PAID = ['remove_bg', 'aws_rekognition_detect_labels'] as const;

/**
 * Two or three runs that share a project and buy the same, staggered at random; one of them may be
 * killed and resumed, and the catalog may be lost in between. Nothing may be bought twice.
 */
export async function attackSharedRuns(random: Random): Promise<string | null> {
  const paid = pick(random, PAID);
  const medianMs = between(random, 20, 400);
  const stage = await AttackStage.open({
    files: 40,
    storedShare: 1,
    work: { [paid]: { medianMs, sigma: 0.3, hiddenMs: 0 } },
  });
  try {
    const start = (name: string, order: string) => {
      const path = stage.job(
        name,
        `source: { files: { stored: true, ordering: ${order} } }
where: { mime: image/* }
steps: [ { uses: addon/${paid} } ]
concurrency: { onConflict: share }
limits: { rate: ${between(random, 15, 60)} }
`,
      );
      return stage.start(['run', path, '--yes', '--json', '-q']);
    };
    const first = start('a', 'datetime_uploaded');
    await stage.untilEffects(paid, between(random, 0, 12), first);
    const second = start('b', pick(random, ['datetime_uploaded', '-datetime_uploaded']));
    const third = random() < 0.4 ? start('c', '-datetime_uploaded') : null;
    const isKilled = random() < 0.6;
    if (isKilled) {
      const victim = pick(random, [first, second]);
      await stage.untilEffects(paid, between(random, 1, 20), victim);
      victim.process.kill('SIGKILL');
    }
    const programs = [first, second, ...(third === null ? [] : [third])];
    const codes = (await Promise.all(programs.map(({ ended }) => ended))).map(({ code }) => code);
    for (const run of await unfinishedRuns(stage)) {
      codes.push((await stage.start(['resume', run, '--yes', '--json', '-q']).ended).code);
    }
    const twice = [...stage.effects(paid).values()].filter((times) => times > 1).length;
    const tale = `${paid}, ${programs.length} runs, killed: ${isKilled}, exits ${codes.join(' ')}`;
    if (twice > 0) return `${tale}: ${twice} files paid for twice`;
    return codes.some((code) => code === 70) ? `${tale}: a bug` : null;
  } finally {
    await stage.close();
  }
}

async function unfinishedRuns(stage: AttackStage): Promise<string[]> {
  const { stdout } = await stage.start(['runs', '--json']).ended;
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"state":"finished"'))
    .map((line) => /"run":"([^"]+)"/.exec(line)?.[1])
    .filter((run) => run !== undefined);
}
