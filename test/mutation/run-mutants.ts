/** `npm run test:mutants [-- NAME…]`: turns off each protection in turn and runs its test. */
import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import { MUTANTS } from './mutants.ts';
import { runMutant } from './run-mutant.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !MUTANTS.some((mutant) => mutant.name === name));
if (unknown.length > 0) throw new Error(`There is no mutant ${unknown.join(', ')}`);
const mutants = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const queue = new PQueue({ concurrency: availableParallelism() });
let survivors = 0;
await queue.addAll(
  mutants.map((mutant) => async () => {
    const { end, stderr } = await runMutant(mutant);
    if (end !== 'red') survivors += 1;
    const { name, protection, red } = mutant;
    print(
      `${end === 'red' ? 'red  ' : end.toUpperCase()}  ${name.padEnd(28)} ${protection} (${red.file})`,
    );
    if (end === 'not run') print(stderr);
  }),
);
print(`${mutants.length} protections turned off, ${survivors} not noticed`);
process.exitCode = survivors === 0 ? 0 : 1;
