import { expect, test } from 'vitest';
import type { Connection } from '../../../src/core/connection.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { checkReach } from '../../../src/run/check-reach.ts';

const SERVICE = 'https://api.uploadcare.com';

function check(endpoint: string | null, { uses = 'import-url', restOrigin = SERVICE } = {}): void {
  const place = { url: 's3://shop-media/', ...(endpoint !== null && { endpoint }) };
  const job = { version: 1, name: 'x', source: { bucket: place }, steps: [{ uses }] };
  const loaded = loadJobFile(JSON.stringify(job), { file: 'job.json', env: {}, vars: {} });
  checkReach(loaded, { restOrigin } as Connection);
}

test.each([
  'http://127.0.0.1:9000',
  'http://localhost:9000',
  'https://10.1.2.3',
  'https://172.20.0.5:9000',
  'https://192.168.1.10',
  'https://100.64.0.1',
  'https://[fd00::1]:9000',
  'https://minio:9000',
  'https://minio.shop.internal',
])('Uploadcare can not import from %s', (endpoint) => {
  expect(() => check(endpoint)).toThrow('Write `uses: upload`');
  expect(() => check(endpoint, { uses: 'upload' })).not.toThrow();
  expect(() => check(endpoint, { restOrigin: 'http://127.0.0.1:8010' })).not.toThrow();
});

test.each([
  null,
  'https://id.r2.cloudflarestorage.com',
  'https://storage.googleapis.com',
  'https://172.32.0.1',
  'https://100.128.0.1',
])('Uploadcare can import from %s', (endpoint) => {
  expect(() => check(endpoint)).not.toThrow();
});
