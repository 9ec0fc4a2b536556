import { expect, test } from 'vitest';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { loadPriceFile } from '../../../src/job/price-file.ts';
import { costTexts } from '../../../src/report/cost-texts.ts';

const REPORT = { run: 'run-1', job: 'cut', currency: 'EUR', parts: [] };

const load = (text: string) => loadPriceFile(text, 'prices.yaml');

test('a price file has exact decimal texts, whatever way they are written', () => {
  expect(
    load('currency: EUR\nrequest: 0.0000002\nremove_bg: "0.080 EUR"\nconvert/video: 1\n'),
  ).toEqual({
    currency: 'EUR',
    request: '0.0000002',
    remove_bg: '0.08',
    'convert/video': '1.00',
  });
  expect(load('{"currency": "USD", "remove_bg": 0.1}')).toEqual({
    currency: 'USD',
    remove_bg: '0.10',
  });
});

test.each([
  [
    'currency: EUR\nremove_background: 0.08',
    'prices.yaml:2:1: unknown key "remove_background" in prices; expected currency, request, remove_bg, aws_rekognition_detect_labels, aws_rekognition_detect_moderation_labels, uc_clamav_virus_scan, convert/document, convert/video',
  ],
  [
    'currency: EUR\nremove_gb: 1',
    'prices.yaml:2:1: unknown key "remove_gb" in prices; did you mean "remove_bg"?',
  ],
  [
    'currency: EUR\nremove_bg: -0.08',
    'prices.yaml:2:12: prices.remove_bg is not a price of 0 or more such as 0.08 or "0.08 EUR", with at most 9 decimals',
  ],
  [
    'currency: EUR\nremove_bg: 0.08\nconvert/video: 0.15 USD',
    'prices.yaml:3:16: prices["convert/video"] is in USD, but the currency of the list is EUR; write all prices in one currency',
  ],
  ['currency: EUR\ncurrency: USD', 'prices.yaml:2:1: key "currency" is repeated'],
  [
    'remove_bg: 0.08',
    'prices.yaml:1:1: missing key "currency" in prices; expected a currency such as EUR',
  ],
  [
    'currency: euro',
    'prices.yaml:1:11: prices.currency: expected a currency such as EUR: three capital letters, got "euro"',
  ],
  [
    'currency: EUR\nremove_bg: 99999999.123456789',
    'prices.yaml:2:12: the number 99999999.123456789 has too many digits: ucbulk would have to round it; put it in quotes, or write at most 15 digits',
  ],
  [
    '{"currency": "EUR", "request": 0.1000000000000000000001}',
    'prices.yaml:1:32: the number 0.1000000000000000000001 has too many digits',
  ],
  [
    'currency: EUR\nrequest: "0.1000000000000000000001"',
    'prices.yaml:2:10: prices.request is not a price',
  ],
  ['', 'prices.yaml:1:1: the price file is empty'],
  ['[]', 'prices.yaml:1:1: prices: expected a block of keys, got a list'],
  ['currency: EUR\nremove_bg: .inf', 'at most 9 decimals, got Infinity'],
])('%j is refused with its line and column', (text, message) => {
  expect(() => load(text)).toThrow(message);
});

test('a quoted price keeps all of its digits', () => {
  expect(load('currency: EUR\nremove_bg: "99999999.123456789"')).toMatchObject({
    remove_bg: '99999999.123456789',
  });
});

const JOB = `version: 1
name: cut
source: { files: { stored: true } }
steps: [{ uses: addon/remove_bg }]
limits:
  cost: 25 USD
`;

test.each([
  [undefined, '6:9: limits.cost needs prices; add the path of your price file as `prices`'],
  [
    { currency: 'EUR', remove_bg: '0.08' },
    '6:9: limits.cost is in USD, but the prices are in EUR; use the same currency',
  ],
  [
    { currency: 'USD', request: '0.08' },
    '6:9: limits.cost needs a price for remove_bg; add it to the price file, or remove the limit',
  ],
])('a cost limit that %o can not obey is refused', (prices, message) => {
  expect(() => loadJobFile(JOB, { file: 'job.yaml', env: {}, vars: {}, prices })).toThrow(message);
});

test.each([
  [
    '{ currency: USD, remove_bg: -1 }',
    '7:37: prices.remove_bg is not a price of 0 or more such as 0.08 or "0.08 EUR", with at most 9 decimals',
  ],
  [
    '{ currency: USD, remove_bg: [1] }',
    '7:37: prices.remove_bg: expected a price of 0 or more such as 0.08 or "0.08 EUR", with at most 9 decimals, got a list',
  ],
  [
    '{ currency: USD, remove_gb: 1 }',
    'job.yaml:7:26: unknown key "remove_gb" in prices; did you mean "remove_bg"?',
  ],
  [
    '{ currency: USD, remove_bg: 1 EUR }',
    '7:37: prices.remove_bg is in EUR, but the currency of the list is USD; write all prices in one currency',
  ],
  ['{ remove_bg: 1 }', '7:1: missing key "currency" in prices; expected a currency such as EUR'],
  ['[1]', '7:9: prices: expected the path of a price file such as ./prices.yaml, got a list'],
])(
  'the prices %s in a job file are refused, and the message names the price',
  (prices, message) => {
    const text = `${JOB}prices: ${prices}\n`;
    expect(() => loadJobFile(text, { file: 'job.yaml', env: {}, vars: {} })).toThrow(message);
  },
);

test('a job keeps its prices and labels, and its fingerprint does not depend on them', () => {
  const text = `${JOB}labels: { team: web, cost-centre: 4711 }\n`;
  const prices = { currency: 'USD', remove_bg: '0.08' };
  const job = loadJobFile(text, { file: 'job.yaml', env: {}, vars: {}, prices });
  expect(job).toMatchObject({
    prices,
    labels: { team: 'web', 'cost-centre': '4711' },
    limits: { cost: '25.00 USD' },
  });
});

test('a label with the name of a column of the report of costs is refused', () => {
  const load = (name: string) => () =>
    loadJobFile(`${JOB}labels: { ${name}: web }\n`, {
      file: 'job.yaml',
      env: {},
      vars: {},
      prices: { currency: 'USD', remove_bg: '0.08' },
    });
  expect(load('cost')).toThrow('labels.cost is a column of `report --format costs`');
  expect(load('cost-centre')).not.toThrow();
  const columns = costTexts({ ...REPORT, labels: {} }).next().value ?? '';
  for (const name of columns.trim().replaceAll('"', '').split(','))
    expect(load(name)).toThrow(name);
});
