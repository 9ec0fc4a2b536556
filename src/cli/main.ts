#!/usr/bin/env node
import { createSystemWorld } from '../world/system-world.ts';
import { runProcess } from './run-process.ts';

await runProcess(createSystemWorld());
