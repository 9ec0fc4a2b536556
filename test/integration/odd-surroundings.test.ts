import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { refuseOldNode } from '../../src/cli/needed-node.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { proxyFor, type Variables } from '../../src/world/proxy-settings.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

// What a program finds around it: standard input, proxies, other Nodes; and the emulator's parameters.

const JOB = 'version: 1\nname: t\nsource: { files: {} }\nsteps: [ { uses: info } ]\n';
const LIST = JOB.replace('files: {}', 'list: { path: "-" }');

/** A command line that sends nothing, with these bytes on standard input. */
async function ucbulk(line: string, input: AsyncIterable<Uint8Array> | string | Uint8Array) {
  let printed = '';
  const stream = {
    write(text: string) {
      printed += text;
    },
    drained: () => Promise.resolve(),
    isTerminal: false,
    columns: undefined,
    unread: 0,
    isClosed: false,
    failure: null,
  };
  const readInput = async function* () {
    if (typeof input === 'string' || input instanceof Uint8Array) yield Buffer.from(input);
    else yield* input;
  };
  const world = createSystemWorld();
  const code = await runProgram(line.split(' '), {
    world: { ...world, files: { ...world.files, readInput } },
    env: { UPLOADCARE_PUBLIC_KEY: 'demopublickey', UPLOADCARE_SECRET_KEY: 'demosecretkey' },
    cwd: '/nonexistent',
    stdout: stream,
    stderr: stream,
    ask: null,
    runProgram: async () => ({ exitCode: null, startError: 'ENOENT', output: '' }),
    onSignal: () => () => undefined,
    onSaveSignal: () => () => undefined,
    exit: () => undefined,
  });
  await world.close();
  return { code, printed };
}

async function* endless() {
  for (;;) yield Buffer.alloc(65_536, '# x\n');
}

test.each<
  [what: string, line: string, input: Parameters<typeof ucbulk>[1], code: number, words: string]
>([
  ['a job', 'validate -', JOB, 0, 'The job is valid.'],
  ['a byte order mark', 'validate -', `\ufeff${JOB}`, 0, 'The job is valid.'],
  ['CRLF', 'validate -', JOB.replaceAll('\n', '\r\n'), 0, 'The job is valid.'],
  [
    'JSON',
    'validate -',
    JSON.stringify({ version: 1, name: 't', source: { files: {} }, steps: [{ uses: 'info' }] }),
    0,
    'The job is valid.',
  ],
  ['nothing', 'validate -', '', 2, '-:1:1: the job file is empty'],
  ['nothing for a run', 'run -', '', 2, '-:1:1: the job file is empty'],
  [
    'UTF-16',
    'validate -',
    Buffer.from(`\ufeff${JOB}`, 'utf16le'),
    2,
    '-:1:1: not UTF-8 from here on',
  ],
  [
    'Latin-1',
    'validate -',
    Buffer.from(`${JOB}description: "M\xfcller"\n`, 'latin1'),
    2,
    '-:5:16: not UTF-8',
  ],
  [
    'what never ends',
    'validate -',
    endless(),
    2,
    "The job file - can't be read: it is larger than 1 MB",
  ],
  ['a job whose list is there too', 'validate -', LIST, 2, "so source.list.path can't be - too"],
  ['two dashes', 'validate - -', JOB, 2, 'Unknown argument: -'],
])('standard input has %s', async (_, line, input, code, words) => {
  const end = await ucbulk(line, input);
  expect(end.printed).toContain(words);
  expect(end.code).toBe(code);
});

const API = 'https://api.test';

test.each<[value: string, origin: string, login?: string]>([
  ['http://p.test:3128/', 'http://p.test:3128'],
  [' HTTP://P.TEST:3128\n', 'http://p.test:3128'],
  ['p.test', 'http://p.test'],
  ['http://[2001:db8::1]:3128', 'http://[2001:db8::1]:3128'],
  ['http://bücher.test:3128', 'http://xn--bcher-kva.test:3128'],
  ['https://p.test:443', 'https://p.test'],
  ['me:pw@p.test:3128', 'http://p.test:3128', 'me:pw'],
  ['http://me:p@ss@p.test:3128', 'http://p.test:3128', 'me:p@ss'],
  ["http://me:p$'s@p.test:3128", 'http://p.test:3128', "me:p$'s"],
  ['http://DOMAIN%5Cme:p%23@p.test', 'http://p.test', 'DOMAIN\\me:p#'],
])('HTTPS_PROXY=%j is the proxy %s', (value, origin, login) => {
  const proxy = proxyFor(API, { HTTPS_PROXY: value });
  const given = Buffer.from(proxy?.authorization?.slice(6) ?? '', 'base64').toString();
  expect([proxy?.origin, given]).toEqual([origin, login ?? '']);
});

test.each([
  'http://me:12#ss@p.test:3128', // a part of the password would be the port of the host `me`
  'http://me:12/34@p.test:3128',
  'http://me:12?34@p.test:3128',
  'http://DOMAIN\\me:pw@p.test:3128',
  'http://wpad/wpad.dat',
  '"http://p.test:3128"',
  'http:/p.test:3128',
  'http//p.test:3128',
  'http://p.test:3128,http://q.test',
  'http://$PROXY:3128',
  '3128',
  'socks5h://p.test:1080',
])('HTTPS_PROXY=%j is refused, and not shown', (value) => {
  const ask = () => proxyFor(API, { HTTPS_PROXY: value });
  expect(ask).toThrow(/^HTTPS_PROXY holds no URL of an HTTP proxy\. Set it to http:\/\/HOST:PORT/);
  expect(ask).not.toThrow(/12|34|pw|wpad/);
});

const P = 'http://p.test:3128';
test.each<[origin: string, env: Variables, isUsed: boolean]>([
  ['https://[2001:db8::1]', { NO_PROXY: '2001:db8::1' }, false],
  ['https://[2001:db8::1]', { NO_PROXY: '2001:db8:0::1' }, false],
  ['https://[2001:db8::1]:8443', { NO_PROXY: '[2001:db8::1]:8443' }, false],
  ['https://[2001:db8::1]', { NO_PROXY: '2001:db8::2' }, true],
  ['https://10.1.2.3', { NO_PROXY: '10.1.2.3' }, false],
  ['https://10.1.2.3', { NO_PROXY: '10.0.0.0/8' }, true],
  ['https://api.test', { NO_PROXY: 'localhost  api.test' }, false],
  ['https://api.test', { NO_PROXY: 'xapi.test,pi.test' }, true],
  ['https://127.1', {}, false],
  ['https://[0:0:0:0:0:0:0:1]', {}, false],
])('%s with %o: through the proxy is %s', (origin, env, isUsed) => {
  expect(proxyFor(origin, { HTTPS_PROXY: P, ...env }) !== null).toBe(isUsed);
});

test.each<[node: string, words: string | null]>([
  ['18.20.8', 'needs Node 20.19 or newer, and this is Node 18.20.8'],
  ['20.18.99', 'needs Node 20.19 or newer'],
  ['20.19.0-rc.1', null],
  ['21.7.3', 'needs Node 22.2 or newer, or Node 20, and this is Node 21.7.3'],
  ['22.1.0', 'needs Node 22.2 or newer, or Node 20'],
  ['22.2.0', null],
  ['24.0.0', null],
])('Node %s', (node, words) => {
  const refused = refuseOldNode({ node, path: '/usr/bin/node', argv: ['runs'], env: {} });
  if (words === null) expect(refused).toBeNull();
  else expect(refused?.stderr).toMatch(new RegExp(`${words}.*\nexit 3:`));
});

const emulator = createEmulator({
  files: 40,
  seed: 1,
  signedUploads: true,
  clock: { now: () => 1.8e12 },
});

test.each<[query: string, status: number, total?: number]>([
  ['removed=fAlSe', 200, 40],
  ['removed=true&removed=false', 200, 40],
  ['removed=false&removed=true', 200, 0],
  ['Removed=true', 200, 40],
  ['removed=00', 400],
  ['removed=-1', 400],
  ['removed=None', 400],
  ['removed=true%20', 400],
  ['removed=on', 400],
  ['stored', 400],
  ['removed=1&stored=1', 200, 0],
])('the emulator lists ?%s: %i', (query, status, total) => {
  const answer = emulator.handle({
    method: 'GET',
    target: `/files/?${query}`,
    headers: {
      accept: 'application/vnd.uploadcare-v0.7+json',
      authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
    },
    body: '',
  });
  const { total: found } = JSON.parse(String(answer.body)) as { total?: number };
  expect([answer.status, found]).toEqual([status, total]);
});

const NOW = 1.8e9; // seconds
const life = { iat: NOW, exp: NOW + 60 };
const limited = (restrictions: unknown) => ({ ...life, uc: { restrictions } });

test.each<[what: string, claims: object, status: number]>([
  ['times with fractions', { iat: NOW + 0.5, exp: NOW + 60.25 }, 200],
  ['a start half a minute ahead', { ...life, nbf: NOW + 30 }, 200],
  ['a start further ahead', { ...life, nbf: NOW + 31 }, 401],
  ['a start in words', { ...life, nbf: 'tomorrow' }, 401],
  ['an end in words', { ...life, exp: String(NOW + 60) }, 401],
  ['an end at its begin', { iat: NOW, exp: NOW }, 401],
  ['milliseconds', { iat: NOW * 1000, exp: NOW * 1000 + 60 }, 401],
  ['no restrictions', limited({}), 200],
  ['restrictions of null', limited(null), 401],
  ['limits of null', limited({ limits: null }), 401],
  ['operations in words', limited({ limits: { operations: '5' } }), 401],
  ['half an operation', limited({ limits: { operations: 1.5 } }), 401],
  ['100,000 operations', limited({ limits: { operations: 100_000 } }), 200],
  ['16 paths', limited({ scope: Array(16).fill('/base/') }), 200],
  ['17 paths', limited({ scope: Array(17).fill('/base/') }), 401],
  ['a path of 65 characters', limited({ scope: ['/base/', `/${'a'.repeat(64)}`] }), 401],
  ['a path without its slash', limited({ scope: ['base/'] }), 401],
  ['a path in capitals', limited({ scope: ['/BASE/'] }), 403],
  ['two stars', limited({ scope: ['/**'] }), 401],
])('the emulator reads a token with %s', (_, claims, status) => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
  const key = createHash('sha256').update('demosecretkey').digest();
  const token = `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  const part = (head: string, text: string) =>
    `--edge\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const answer = emulator.handle({
    method: 'POST',
    target: '/base/',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'multipart/form-data; boundary=edge',
    },
    body: `${part('name="UPLOADCARE_PUB_KEY"', 'demopublickey')}${part('name="f"; filename="a.txt"', 'x')}--edge--\r\n`,
  });
  expect(answer.status).toBe(status);
});
