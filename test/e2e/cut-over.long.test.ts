// The cut-over of pictures of WordPress in a bucket, by the built program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell } from '../support/run-cli.ts';

const OLD = 'https://img.shop.example/wp';

async function setup() {
  const shell = await openShell({ buckets: { shop: {} } });
  const { buckets } = shell.emulator;
  for (const key of ['photo.jpg', 'own.jpg', 'own-150x150.jpg']) {
    buckets.put('shop', `uploads/${key}`, `bytes of ${key}`);
  }
  const { accessKeyId, secretAccessKey } = buckets.accessKey;
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const migrate = async (more: string) => {
    const bucket = `{ url: "s3://shop/uploads/", endpoint: "${shell.origin}/s3"${more} }`;
    shell.write(
      'migrate.yaml',
      `version: 1\nname: migrate\nsource: { bucket: ${bucket} }\nsteps: [{ uses: upload }]\n`,
    );
    const { code, stderr } = await shell.ucbulk(['run', 'migrate.yaml', '--quiet'], { env });
    expect([code, stderr]).toEqual([0, expect.anything()]);
  };
  const read = () => readFileSync(join(shell.cwd, 'page.html'), 'utf8');
  return { shell, migrate, read };
}

test('without publicUrl, ucbulk names what is missing; with it, URLs and their sizes move and return', async () => {
  const { shell, migrate, read } = await setup();
  const redirects = ['report', 'latest', '--format', 'map', '--as', 'redirects'];
  const rewrite = ['rewrite', 'latest', 'page.html'];
  const page = `<img src="${OLD}/photo-300x200.jpg" srcset="${OLD}/own-150x150.jpg 150w, ${OLD}/photo-scaled.jpg 2560w, ${OLD}/photo.jpg 4000w">\n`;
  shell.write('page.html', page);

  await migrate('');
  for (const command of [redirects, rewrite]) {
    const { code, stdout, stderr } = await shell.ucbulk(command);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Add `publicUrl: https://…/` to `source.bucket` in the job file');
  }
  expect(read()).toBe(page);

  await migrate(`, publicUrl: "${OLD}/"`);
  const nginx = await shell.ucbulk([...redirects, '--sizes', 'wordpress']);
  expect([nginx.code, nginx.stderr]).toEqual([0, '']);
  expect(nginx.stdout).toContain('$moved_picture_entry');
  const netlify = await shell.ucbulk([...redirects, '--sizes', 'wordpress', '--server', 'netlify']);
  expect(netlify.code).toBe(2);
  expect(netlify.stderr).toContain('Redirects of netlify can');

  const plain = await shell.ucbulk([...rewrite, '--dry-run']);
  expect(plain.stderr).toContain('2 URLs of sized pictures left as found');
  expect(plain.stderr).toContain('--sizes wordpress lets the CDN make');
  const sizes = await shell.ucbulk([...rewrite, '--sizes', 'wordpress']);
  expect([sizes.code, sizes.stderr]).toEqual([0, '4 replaced in 1 of 1 files.\n']);
  expect(read()).toMatch(
    /^<img src="https:\/\/\S+\/-\/scale_crop\/300x200\/center\/" srcset="https:\/\/[^/]+\/[\w-]{36}\/ 150w, https:\/\/\S+\/-\/preview\/2560x2560\/ 2560w, https:\/\/[^/]+\/[\w-]{36}\/ 4000w">\n$/,
  );
  const back = await shell.ucbulk([...rewrite, '--sizes', 'wordpress', '--reverse']);
  expect(back.code).toBe(0);
  expect(read()).toBe(page);
});
