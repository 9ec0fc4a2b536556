import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { between } from '../support/seeded-random.ts';
import { AttackStage } from './attack-stage.ts';

type Random = () => number;

/** A state directory on a disk of a random, small size. Needs the right to mount. */
export async function attackFullDisk(random: Random): Promise<string | null> {
  const kilobytes = between(random, 200, 4000);
  const stage = await AttackStage.open({
    files: 300,
    storedShare: 1,
    work: { remove_bg: { medianMs: 100, sigma: 0.3 } },
  });
  const disk = join(stage.folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'none', disk]);
  if (mounted.status !== 0) throw new Error('This attack mounts disks: it needs root');
  stage.onClose(() => spawnSync('umount', [disk]));
  try {
    const job = stage.job(
      'j',
      'source: { files: {} }\nwhere: { mime: image/* }\nsteps: [ { uses: addon/remove_bg } ]\n',
    );
    const state = { UCBULK_STATE: join(disk, 'state') };
    const { code } = await stage.start(['run', job, '--yes', '--json', '-q'], state).ended;
    spawnSync('mount', ['-o', 'remount,size=64m', disk]);
    const again = await stage.start(['resume', '--yes', '--json', '-q'], state).ended;
    const doubt = Number(/"in-doubt":(\d+)/.exec(again.stdout)?.[1] ?? 0);
    const twice = [...stage.effects('remove_bg').values()].filter((times) => times > 1).length;
    if (doubt === 0 && twice === 0 && code !== 70 && again.code !== 70) return null;
    return `${kilobytes} kB: exit ${code}, resume ${again.code}: ${doubt} in doubt, ${twice} paid for twice`;
  } finally {
    await stage.close();
  }
}
