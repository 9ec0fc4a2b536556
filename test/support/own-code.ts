import { createHash } from 'node:crypto';
import type { GivenCode } from '../../src/job/own-steps.ts';
import { checkOwnDefinition } from '../../src/operations/own-checks.ts';
import {
  defineOperation,
  defineSource,
  type OwnOperation,
  type OwnSource,
} from '../../src/operations/own-definition.ts';
import type { LoadedCode } from '../../src/operations/own-facts.ts';

/** An own operation as if it was loaded from `./step.mjs`. `version` stands for the bytes of the file. */
export function loadedOperation(operation: OwnOperation<never>, version = '1'): GivenCode {
  return given('./step.mjs', { operation: defineOperation(operation as OwnOperation) }, version);
}

/** An own source as if it was loaded from `./source.mjs`. */
export function loadedSource(source: OwnSource<never>, version = '1'): GivenCode {
  return given('./source.mjs', { source: defineSource(source as OwnSource) }, version);
}

function given(
  uses: './step.mjs' | './source.mjs',
  { operation, source }: { operation?: OwnOperation; source?: OwnSource },
  version: string,
): GivenCode {
  const definition = checkOwnDefinition(operation ?? source, operation ? 'operation' : 'source');
  if ('fault' in definition) throw new Error(definition.fault);
  const sha256 = createHash('sha256').update(version).digest('hex');
  const loaded: LoadedCode = { uses, file: `/jobs/${uses}`, sha256, definition };
  return { code: new Map([[uses, loaded]]), faults: new Map() };
}
