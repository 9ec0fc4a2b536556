#!/usr/bin/env node
import { keepHeapLean } from '../world/lean-heap.ts';
import { createSystemWorld } from '../world/system-world.ts';
import { runProcess } from './run-process.ts';

keepHeapLean();
await runProcess(createSystemWorld());
