import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../src/cli/command-advice.ts';

test.each(['plain-1', 'a b', "it's", '$(touch x)', '', '`id`', 'a\nb', '\\'])(
  'a shell reads %j as it was',
  (text) => {
    const read = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(read).toBe(text);
  },
);
