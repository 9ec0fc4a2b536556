// `npm run man`: writes man/ucbulk.1 from `ucbulk --help`. Needs help2man and a build. With a path, writes there.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = process.argv[2] ?? `${root}/man/ucbulk.1`;
const page = execFileSync(
  'help2man',
  [
    '--no-info',
    '--name=bulk work on all of your Uploadcare files',
    '--include=config/man.h2m',
    'node dist/cli/main.js',
  ],
  { cwd: root, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', COLUMNS: '80' } },
);
// The date and the version would change without a change of the help.
const text = page
  .replace(/^\.TH .*$/m, '.TH UCBULK "1" "" "ucbulk" "User Commands"')
  .replace(/^main\.js \\- /m, 'ucbulk \\- ')
  .replaceAll(/ +\[boolean\]$/gm, '')
  .replaceAll(/^\.\\" DO NOT MODIFY.*\n/gm, '');
writeFileSync(path, text);
