#!/usr/bin/env node
import { refuseOldNode } from './needed-node.ts';

const old = refuseOldNode({
  node: process.versions.node,
  path: process.execPath,
  argv: process.argv.slice(2),
  env: process.env,
});
if (old !== null) {
  process.exitCode = 3;
  process.stdout.write(old.stdout);
  process.stderr.write(old.stderr);
} else {
  void start();
}

async function start(): Promise<void> {
  // These imports are dynamic, because an old Node can't parse some of the modules.
  const { keepHeapLean } = await import('../world/lean-heap.ts');
  const { createSystemWorld } = await import('../world/system-world.ts');
  const { runProcess } = await import('./run-process.ts');
  keepHeapLean();
  await runProcess(createSystemWorld());
}
