import { pick } from '../support/seeded-random.ts';
import { AttackStage } from './attack-stage.ts';

type Random = () => number;

const DELETE = 'source: { files: { stored: false } }\nsteps: [ { uses: delete } ]\n';
const YES = ['true', '1', 'yes', 'on', 'y'];
const NO = ['false', '0', 'no', 'off', 'n'];
const NONSENSE = ['2', 'maybe', 'tru', 'nein', 'null', '-1', 'yesno'];

/** `--dry-run` in every spelling, as a flag or a variable. Returns a violation, or null. */
export async function attackDryRun(random: Random): Promise<string | null> {
  const stage = await AttackStage.open({ files: 20, storedShare: 0 });
  try {
    const kind = pick(random, ['yes', 'no', 'nonsense'] as const);
    const word = spelled(pick(random, { yes: YES, no: NO, nonsense: NONSENSE }[kind]), random);
    const isFlag = random() < 0.5;
    const flag = pick(random, ['--dry-run', '-n', '--dryRun']);
    const how = isFlag ? `${flag}=${word}` : `UCBULK_DRY_RUN=${word}`;
    const args = ['run', stage.job('j', DELETE), '--yes', '-q', ...(isFlag ? [how] : [])];
    const { code } = await stage.start(args, isFlag ? {} : { UCBULK_DRY_RUN: word }).ended;
    const deleted = stage.effects('delete').size;
    const expected = { yes: [0, 0], no: [0, 20], nonsense: [2, 0] }[kind];
    if (code === expected[0] && deleted === expected[1]) return null;
    // Unknown spellings of the flag itself are refused: that is right as well.
    if (code === 2 && deleted === 0 && flag === '--dryRun' && isFlag) return null;
    return `${JSON.stringify(how)}: exit ${code}, ${deleted} of 20 deleted`;
  } finally {
    await stage.close();
  }
}

function spelled(word: string, random: Random): string {
  const cased = pick(random, [
    word,
    word.toUpperCase(),
    `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`,
  ]);
  return pick(random, [cased, ` ${cased}`, `${cased} `, `\t${cased}`]);
}

/** A Date header that is wrong, or missing: no young file may be deleted. */
export async function attackDates(random: Random): Promise<string | null> {
  const hour = 3_600_000;
  const stage = await AttackStage.open({
    files: 30,
    storedShare: 0,
    oldestAgeMs: 20 * hour,
    newestAgeMs: hour / 60,
  });
  try {
    const offHours = pick(random, [-72, -5, -0.3, -0.1, 0.1, 0.3, 5, 25, 72, 24 * 365]);
    const isMissing = random() < 0.2;
    const isLate = random() < 0.3;
    let answers = 0;
    stage.meddle = ({ headers }) => {
      answers += 1;
      if (isLate && answers < 4) return;
      const date = new Date(Date.now() + offHours * hour).toUTCString();
      if (isMissing) delete headers.date;
      else headers.date = date;
    };
    const job = stage.job(
      'j',
      `source: { files: { stored: false, pageSize: 10 } }\nwhere: { uploaded: { olderThan: 24h } }\nsteps: [ { uses: delete } ]\n`,
    );
    const auth = pick(random, ['simple', 'signed']);
    const { code } = await stage.start(['run', job, '--yes', '-q', '--auth', auth]).ended;
    const deleted = stage.effects('delete').size;
    if (deleted === 0) return null;
    return `Date ${isMissing ? 'missing' : `${offHours} h off`}, ${auth}: exit ${code}, ${deleted} files younger than 24 h deleted`;
  } finally {
    await stage.close();
  }
}
