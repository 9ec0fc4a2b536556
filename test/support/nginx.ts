import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TEMP_ROOT } from './temp-root.ts';

/** A running nginx; it is stopped after the test. */
export interface Nginx {
  /** What `nginx -t` printed; empty if it had nothing to object to. */
  readonly objections: string;
  /** Where a request for a URL is led; null if it is led nowhere. */
  redirectOf(url: string): Promise<string | null>;
}

/** Starts nginx with a file of redirects, the way docs/reports.md says. */
export function startNginx(program: string, redirects: string): Nginx {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-nginx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  writeFileSync(path('moved.conf'), redirects);
  writeFileSync(path('nginx.conf'), configuration(path));
  const run = (...args: string[]) => {
    const all = ['-c', path('nginx.conf'), '-e', path('error.log'), ...args];
    const { status, stderr } = spawnSync(program, all, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`nginx ${args.join(' ')}: ${stderr}`);
    return stderr;
  };
  const objections = run('-t')
    .split('\n')
    .filter((line) => /\[(?:warn|error|emerg)\]/.test(line))
    .join('\n');
  run(); // returns once it listens
  onTestFinished(() => void run('-s', 'stop'));
  return { objections, redirectOf: (url) => redirectOf(path('socket'), url) };
}

function configuration(path: (name: string) => string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `pid ${path('pid')}; worker_processes 1; events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${path(name)};`).join(' ')}
  include ${path('moved.conf')};
  server {
    listen unix:${path('socket')};
    if ($moved) { return 301 $moved; }
    return 404;
  }
}
`;
}

/** The path goes over the wire byte for byte, as it stands in the URL. */
async function redirectOf(socketPath: string, url: string): Promise<string | null> {
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)(.*)$/.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 301 ? (answer.headers.location ?? '') : null);
    });
    asked.on('error', reject);
    asked.end();
  });
}
