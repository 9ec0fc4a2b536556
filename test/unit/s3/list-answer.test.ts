import { expect, test } from 'vitest';
import { decodeHeaderText } from '../../../src/s3/decode-header-text.ts';
import { parseAnswerText, parseErrorAnswer, parseListAnswer } from '../../../src/s3/list-answer.ts';

const entry = (key: string, more = '') =>
  `<Contents><Key>${key}</Key><LastModified>2024-01-31T10:00:00.000Z</LastModified><ETag>&quot;abc&quot;</ETag><Size>12</Size>${more}</Contents>`;
const answer = (inside: string, truncated = 'false') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><IsTruncated>${truncated}</IsTruncated>${inside}</ListBucketResult>`;

test('keys are decoded only if the server says that it has encoded them', () => {
  const encoded = parseListAnswer(
    answer(`<EncodingType>url</EncodingType>${entry('a%2Bb+c%25/%C3%A9%01')}`, 'true'),
  );
  expect(encoded).toMatchObject({ isTruncated: true, objects: [{ key: 'a+b c%/é\u0001' }] });
  const plain = parseListAnswer(
    answer(entry('a%2Bb+c &amp; d', '<StorageClass>GLACIER</StorageClass>')),
  );
  expect(plain?.objects).toEqual([
    {
      key: 'a%2Bb+c & d',
      size: 12,
      etag: 'abc',
      modifiedAt: Date.UTC(2024, 0, 31, 10),
      storageClass: 'GLACIER',
    },
  ]);
});

test('references of XML are decoded once, as servers in Go write them', () => {
  const key = 'it&#39;s &#x1F600;&#xA;&amp;lt; &#38;amp; &nbsp; &#99999999;';
  const quoted = entry(key).replaceAll('&quot;', '&#34;');
  expect(parseListAnswer(answer(quoted))?.objects).toMatchObject([
    { key: "it's \u{1F600}\n&lt; &amp; &nbsp; &#99999999;", etag: 'abc' },
  ]);
  const joined =
    '<CompleteMultipartUploadResult><ETag>&#34;abc-2&#34;</ETag></CompleteMultipartUploadResult>';
  expect(parseAnswerText(joined, 'CompleteMultipartUploadResult', 'ETag')).toBe('"abc-2"');
});

test('a key may have many references', () => {
  const page = Array.from({ length: 1000 }, (_, n) => entry(`${1000 + n}${'&amp;'.repeat(1000)}`));
  expect(parseListAnswer(answer(page.join('')))?.objects.at(-1)?.key).toBe(
    `1999${'&'.repeat(1000)}`,
  );
});

test('a key of digits or spaces stays a text', () => {
  const { objects } = parseListAnswer(answer(entry('007') + entry(' x ') + entry('1e3')))!;
  expect(objects.map(({ key }) => key)).toEqual(['007', ' x ', '1e3']);
});

test('an empty bucket has an empty page', () => {
  expect(parseListAnswer(answer(''))).toEqual({ objects: [], isTruncated: false });
});

test.each([
  ['<!DOCTYPE html><html><body>Log in</body></html>'],
  [''],
  ['{"error":"x"}'],
  [answer(entry('a')).slice(0, 120)],
  [answer('', 'perhaps')],
  [answer('<Contents><Key>a</Key><Size>many</Size></Contents>')],
  [answer('<Contents><Key>a</Key><Size></Size></Contents>')],
  [answer('<Contents><Key>a</Key><Size>1e3</Size></Contents>')],
  [`<!DOCTYPE x [<!ENTITY a "aaa">]>${answer(entry('&a;'))}`],
  [answer('<EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1</Size></Contents>')],
])('%j is no listing', (text) => {
  expect(parseListAnswer(text)).toBeNull();
});

test('an error has its code and region', () => {
  const text =
    '<Error><Code>AuthorizationHeaderMalformed</Code><Message>no</Message><Region>eu-west-1</Region></Error>';
  expect(parseErrorAnswer(text)).toEqual({
    code: 'AuthorizationHeaderMalformed',
    message: 'no',
    region: 'eu-west-1',
  });
  expect(parseErrorAnswer('<html></html>')).toBeNull();
});

test.each([
  ['plain', 'plain'],
  ['=?UTF-8?B?SsO8cmdlbg==?=', 'Jürgen'],
  ['=?utf-8?q?J=C3=BCrgen_M?=', 'Jürgen M'],
  ['=?UTF-8?B?SsO8?= =?UTF-8?B?cmdlbg==?= x', 'Jürgen x'],
  ['=?ISO-8859-1?Q?J=FCrgen?=', 'Jürgen'],
  [Buffer.from('Jürgen').toString('latin1'), 'Jürgen'],
  ['J\u00fcrgen', 'Jürgen'],
  ['=?nonsense?B?SsO8cmdlbg==?=', '=?nonsense?B?SsO8cmdlbg==?='],
])('the header %j says %j', (header, text) => {
  expect(decodeHeaderText(header)).toBe(text);
});
