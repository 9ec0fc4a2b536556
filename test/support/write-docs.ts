/** `npm run docs`: writes the parts of docs/ that follow from the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTables } from './operation-tables.ts';

const OPERATIONS = new URL('../../docs/operations.md', import.meta.url);

writeFileSync(OPERATIONS, withTables(readFileSync(OPERATIONS, 'utf8')));
