import { expect, test } from 'vitest';
import { resultText, whyText } from '../../../src/cli/result-text.ts';

test.each([
  [{ file: 'u1', thumbnails: 'u2~3' }, 'file=u1 thumbnails=u2~3'],
  [{ infected: true, infected_with: 'Eicar-Test' }, 'infected=true infected_with=Eicar-Test'],
  [{ Labels: [{ Name: 'Dog', Confidence: 99 }, { Name: 'Pet' }] }, 'Labels=Dog,Pet'],
  [{ filename: 'my cat.png', storedAt: null }, 'filename="my cat.png"'],
  [{ tags: [], metadata: { a: 'b' } }, 'tags=[] metadata={"a":"b"}'],
  [{ name: 'a\u001b[2J\nb' }, 'name="a\\u001b[2J\\nb"'],
  [{}, ''],
])('a result on one line: %j', (result, line) => {
  expect(resultText(result)).toBe(line);
});

test('a long value is cut short', () => {
  expect(resultText({ text: 'x'.repeat(500) })).toBe(`text=${'x'.repeat(120)}…`);
});

test('words that begin with their code are not told with it twice', () => {
  expect(whyText('ECONNRESET', 'ECONNRESET on POST /x/: no whole answer came')).toBe(
    'ECONNRESET on POST /x/: no whole answer came',
  );
  expect(whyText('gone', 'no such file')).toBe('gone: no such file');
  expect(whyText('chosen', null)).toBe('chosen');
  expect(whyText(null, null)).toBe('');
});
