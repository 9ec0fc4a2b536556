import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/cli/demo/demo-redis.ts';
import { requireService } from './require-service.ts';
import { TEMP_ROOT } from './temp-root.ts';

// Debian's own Python. Another one, first in PATH, would not find the modules of Swift.
const PYTHON = '/usr/bin/python3';
const PACKAGES = 'swift-proxy swift-account swift-container swift-object memcached';

/** The path of the proxy of OpenStack Swift, or null if Swift or memcached is not installed. */
export const SWIFT =
  requireService('swift-proxy-server', PACKAGES) && requireService('memcached', PACKAGES);

/** An OpenStack Swift of its own, which clients reach by S3. */
export interface SwiftServer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Stops all of its processes, and removes its files. */
  remove(): Promise<void>;
}

const KINDS = ['account', 'container', 'object'] as const;
const REGION = 'us-east-1';
const POLL_MS = 100;
const POLLS = 600;

// Starts one server of Swift. Only a program can set another folder than /etc/swift.
const LAUNCHER = `
import sys
from swift.common.utils import set_swift_dir
set_swift_dir(sys.argv[1])
from swift.common.wsgi import run_wsgi
sys.exit(run_wsgi(sys.argv[2], sys.argv[3]))
`;

// Builds the rings: the tables that say on which device an object is. Each has one device and one copy.
const RING_BUILDER = `
import sys
from swift.common.ring import RingBuilder
for ring in sys.argv[2:]:
    kind, port = ring.split(':')
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'disk', 'weight': 1})
    builder.rebalance()
    builder.get_ring().save(f'{sys.argv[1]}/{kind}.ring.gz')
`;

const CHECK_ATTRIBUTES = `
import os, sys
os.setxattr(sys.argv[1], 'user.swift.metadata', b'x' * 2000)
`;

/** Starts Swift on free ports of 127.0.0.1, with its files in a folder of its own. */
export async function openSwift(): Promise<SwiftServer> {
  const folder = makeFolder();
  const children: ChildProcess[] = [];
  const remove = async () => {
    await Promise.all(children.map(stop));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await startServers(folder, (program, args) => {
      children.push(spawn(program, args, { stdio: 'ignore' }));
    });
    const keys = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };
    return { endpoint: `http://127.0.0.1:${port}`, ...keys, region: REGION, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Starts all servers, waits until they answer, and returns the port of the proxy. */
async function startServers(
  folder: string,
  start: (program: string, args: readonly string[]) => void,
): Promise<number> {
  const ports = { account: 0, container: 0, object: 0, proxy: 0, memcached: 0 };
  for (const name of Object.keys(ports) as (keyof typeof ports)[])
    ports[name] = await findFreePort();
  mkdirSync(join(folder, 'srv', 'disk'), { recursive: true });
  writeFileSync(join(folder, 'swift.conf'), SWIFT_CONF);
  runPython(RING_BUILDER, [folder, ...KINDS.map((kind) => `${kind}:${ports[kind]}`)]);
  start('memcached', ['-l', '127.0.0.1', '-p', `${ports.memcached}`, '-U', '0', '-u', ownName()]);
  const servers = KINDS.map((kind) => [kind, storageConf(kind, folder, ports[kind])] as const);
  for (const [kind, text] of [...servers, ['proxy', proxyConf(folder, ports)] as const]) {
    const path = join(folder, `${kind}-server.conf`);
    writeFileSync(path, text);
    start(PYTHON, ['-c', LAUNCHER, folder, path, `${kind}-server`]);
  }
  for (const kind of [...KINDS, 'proxy'] as const) {
    await waitUntilReady(`http://127.0.0.1:${ports[kind]}/healthcheck`);
  }
  return ports.proxy;
}

// Swift keeps the metadata of objects in extended attributes, which some file systems lack.
function makeFolder(): string {
  for (const parent of [TEMP_ROOT, tmpdir()]) {
    const folder = mkdtempSync(join(parent, 'ucbulk-swift-'));
    if (spawnSync(PYTHON, ['-c', CHECK_ATTRIBUTES, folder]).status === 0) return folder;
    rmSync(folder, { recursive: true });
  }
  throw new Error('No folder for temporary files supports extended attributes');
}

function runPython(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(PYTHON, ['-c', program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Swift's rings were not built: ${stderr}`);
}

function ownName(): string {
  return userInfo().username;
}

const SWIFT_CONF = `[swift-hash]
swift_hash_path_prefix = ucbulk
swift_hash_path_suffix = ucbulk
[storage-policy:0]
name = only
default = yes
`;

function commonConf(folder: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${ownName()}
swift_dir = ${folder}
devices = ${folder}/srv
mount_check = false
disable_fallocate = true
recon_cache_path = ${folder}
log_address = ${folder}/no-log
log_level = ERROR
`;
}

function storageConf(kind: string, folder: string, port: number): string {
  return `${commonConf(folder, port)}[pipeline:main]
pipeline = healthcheck ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
[filter:healthcheck]
use = egg:swift#healthcheck
`;
}

function proxyConf(folder: string, { proxy, memcached }: { proxy: number; memcached: number }) {
  const filters = ['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'slo'];
  const sections = [...filters, 'dlo', 'versioned_writes', 'symlink'].map(
    (name) => `[filter:${name}]\nuse = egg:swift#${name}\n`,
  );
  return `${commonConf(folder, proxy)}[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcached}
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = ${REGION}
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
${sections.join('')}`;
}

async function waitUntilReady(url: string): Promise<void> {
  for (let poll = 0; poll < POLLS; poll += 1) {
    if (await isReady(url)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Swift does not answer at ${url}`);
}

function isReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
