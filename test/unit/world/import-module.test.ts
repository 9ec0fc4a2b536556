import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { importModule } from '../../../src/world/import-module.ts';
import { TEMP_ROOT } from '../../support/temp-root.ts';

test('a module whose top level waits for ever is refused after 30 s', async () => {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'endless.mjs');
  writeFileSync(path, 'await new Promise(() => {});\nexport default {};\n');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const refused = vi.fn();
  const end = importModule(path).catch(refused);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(refused).not.toHaveBeenCalled();
  // The timer also keeps the process alive, which would otherwise end with exit code 0.
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await end;
  expect(refused.mock.calls).toEqual([
    [expect.objectContaining({ message: expect.stringContaining('did not end within 30 s') })],
  ]);
});
