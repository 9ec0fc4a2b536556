import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { blocksOf } from './doc-blocks.ts';
import { TEMP_ROOT } from './temp-root.ts';

const MODULES = '/usr/lib/apache2/modules';

/** A running Apache; it is stopped after the test. */
export interface Apache {
  /** The location to which a request for a URL is redirected; null if there is no redirect. */
  redirectOf(url: string): Promise<string | null>;
}

/** Starts Apache with a map of redirects and the directives from docs/reports.md. */
export async function startApache(program: string, map: string): Promise<Apache> {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-apache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755); // Apache gives up the rights of root, and reads the map as another user.
  const path = (name: string) => join(folder, name);
  const port = await unusedPort();
  writeFileSync(path('moved.map'), map);
  writeFileSync(path('apache.conf'), configuration(path, port));
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(program, ['-f', path('apache.conf'), ...args], {
      encoding: 'utf8',
    });
    const log = existsSync(path('error.log')) ? readFileSync(path('error.log'), 'utf8') : '';
    if (status !== 0) throw new Error(`apache2 ${args.join(' ')}: ${stderr}${log}`);
  };
  run('-t');
  run('-k', 'start'); // returns once it listens
  onTestFinished(() => run('-k', 'stop'));
  return { redirectOf: (url) => redirectOf(port, url) };
}

function configuration(path: (name: string) => string, port: number): string {
  const [block] = blocksOf('docs/reports.md').filter(({ language }) => language === 'apache');
  const directives = (block?.text ?? '').replace('/etc/apache2/moved.map', path('moved.map'));
  const modules = ['mpm_event', 'authz_core', 'rewrite'].map(
    (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
  );
  return `ServerRoot ${path('')}
ServerName localhost
PidFile ${path('pid')}
ErrorLog ${path('error.log')}
DefaultRuntimeDir ${path('')}
User www-data
Group www-data
Listen 127.0.0.1:${port}
LimitRequestLine 16000
${modules.join('\n')}
<VirtualHost *:${port}>
${directives}
</VirtualHost>
`;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Sends the path byte for byte, as it stands in the URL. */
async function redirectOf(port: number, url: string): Promise<string | null> {
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)(.*)$/.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, headers: { host }, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 301 ? (answer.headers.location ?? '') : null);
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}
