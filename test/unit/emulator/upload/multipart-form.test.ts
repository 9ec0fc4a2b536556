import { expect, test } from 'vitest';
import { parseMultipart } from '../../../../src/emulator/upload/multipart-form.ts';

const TYPE = 'multipart/form-data; boundary=edge';

function part(headers: string, data: string | Buffer = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`--edge\r\n${headers}\r\n\r\n`),
    Buffer.from(data),
    Buffer.from('\r\n'),
  ]);
}

function parse(...parts: Buffer[]) {
  return parseMultipart(Buffer.concat([...parts, Buffer.from('--edge--\r\n')]), TYPE);
}

test('fields and files keep their order, types and bytes', () => {
  const bytes = Buffer.from([0, 13, 10, 45, 45, 255]);
  expect(
    parse(
      part('Content-Disposition: form-data; name="a"', 'one\r\ntwo'),
      part('content-disposition: form-data; name=b; filename=x.bin\r\nContent-Type: a/b', bytes),
    ),
  ).toEqual([
    { name: 'a', fileName: undefined, contentType: undefined, data: Buffer.from('one\r\ntwo') },
    { name: 'b', fileName: 'x.bin', contentType: 'a/b', data: bytes },
  ]);
});

test('what looks like a boundary inside the data is data', () => {
  const data = '--edg\r\n-edge\r\n--edgy';
  expect(parse(part('Content-Disposition: form-data; name="a"', `x${data}`))?.[0]?.data).toEqual(
    Buffer.from(`x${data}`),
  );
});

test.each([
  ['filename="a\\"b.txt"', 'a"b.txt'],
  ['filename="a%22b.txt"', 'a"b.txt'],
  ['filename="кот.png"', 'кот.png'],
  ['filename="cat.png"; filename*=UTF-8\'\'%D0%BA%D0%BE%D1%82.png', 'кот.png'],
  ['filename="a;b.txt"', 'a;b.txt'],
  ['filename=""', ''],
])('%s is the name %s', (parameter, name) => {
  const parsed = parse(part(`Content-Disposition: form-data; name="f"; ${parameter}`));
  expect(parsed?.[0]?.fileName).toBe(name);
});

test('an empty form has no parts, a text before the first boundary is no part', () => {
  expect(parse()).toEqual([]);
  expect(parseMultipart(Buffer.from('preamble\r\n--edge--'), TYPE)).toEqual([]);
});

test.each([
  ['no boundary in the header', Buffer.from('--edge--'), 'multipart/form-data'],
  ['another boundary', Buffer.from('--other--'), TYPE],
  ['no end', Buffer.from('--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'), TYPE],
  ['a part without a name', Buffer.concat([part('X: y'), Buffer.from('--edge--')]), TYPE],
  ['no header block', Buffer.from('--edge\r\n--edge--'), TYPE],
  ['nothing', Buffer.alloc(0), TYPE],
])('a body with %s is no form', (_, body, type) => {
  expect(parseMultipart(body, type)).toBeUndefined();
});
