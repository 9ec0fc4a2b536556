import { createEmulator } from '../../src/emulator/emulator.ts';

/** `emulator-process.ts OPTIONS`: an emulator in a process of its own; prints its origin, ends with its parent. */
const emulator = createEmulator(JSON.parse(process.argv[2] ?? '{}'));
const { origin } = await emulator.listen();
process.stdout.write(`${origin}\n`);
process.stdin.resume().on('end', () => process.exit(0));
