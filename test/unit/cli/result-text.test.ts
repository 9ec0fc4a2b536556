import { expect, test } from 'vitest';
import { resultText } from '../../../src/cli/result-text.ts';

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
