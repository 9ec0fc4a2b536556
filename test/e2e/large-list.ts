import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { environmentFor, startProgram } from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

/** What a dry run over a large CSV said and used. */
export interface LargeListResult {
  readonly bytes: number;
  readonly rows: number;
  /** As the program counted them. */
  readonly listed: number;
  /** VmHWM of the program, bytes. */
  readonly peakBytes: number;
  readonly code: number | null;
}

const JOB = `
version: 1
name: large-list
source: { urls: { path: list.csv, column: url } }
steps: [{ uses: import-url, with: { map: { metadata: { sku: sku } } } }]
`;
const FILLER = 'x'.repeat(300);
const ROWS_A_WRITE = 5000;

/** Writes a CSV of about so many bytes and has it counted, every row looked through, by the built program. */
export async function largeList(bytes: number): Promise<LargeListResult> {
  const cwd = mkdtempSync(join(TEMP_ROOT, 'ucbulk-csv-'));
  const server = await createEmulator({ files: 0 }).listen();
  try {
    const rows = await writeList(join(cwd, 'list.csv'), bytes);
    writeFileSync(join(cwd, 'job.yaml'), JOB);
    const env = { ...environmentFor(server.origin), UCBULK_STATE: join(cwd, 'state') };
    const { ended } = startProgram(['run', 'job.yaml', '--dry-run', '--json'], { cwd, env });
    const { code, stdout, peakBytes } = await ended;
    const { listed = 0 } = JSON.parse(stdout) as { listed?: number };
    return { bytes: statSync(join(cwd, 'list.csv')).size, rows, listed, peakBytes, code };
  } finally {
    await server.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Every seventh row goes over two lines, so that rows and lines are not the same. */
async function writeList(path: string, bytes: number): Promise<number> {
  const file = await open(path, 'w');
  let rows = 0;
  let written = (await file.write('url,sku,text\r\n')).bytesWritten;
  while (written < bytes) {
    const texts = Array.from({ length: ROWS_A_WRITE }, () => rowText(rows++));
    written += (await file.write(texts.join(''))).bytesWritten;
  }
  await file.close();
  return rows;
}

function rowText(row: number): string {
  const text = row % 7 === 0 ? `"two\r\nlines, ""quoted"" ${FILLER}"` : FILLER;
  return `https://example.com/photos/${row}.jpg,S-${row},${text}\r\n`;
}
