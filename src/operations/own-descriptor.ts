import * as z from 'zod';
import type { JsonObject } from '../core/json.ts';
import type { OperationDescriptor } from './descriptor.ts';
import type { OperationCode } from './own-facts.ts';
import type { OwnName } from './own-name.ts';
import { createOwnOperation } from './own-operation.ts';
import { checkOwnOptions } from './own-options.ts';
import { OWN_PURCHASE } from './own-purchase.ts';

/** Describes the operation of a step that uses own code. */
export function ownDescriptor(uses: OwnName, code: OperationCode): OperationDescriptor {
  return {
    kind: uses,
    options: z.object({}).catchall(z.unknown()),
    optionsText: 'The options of the code',
    takes: { kind: code.takes, from: `items of the kind ${code.takes}` },
    ...(code.makes !== undefined && { makes: { file: code.makes } }),
    ...(code.lostAnswer === 'repeat' && { isRepeatable: true }),
    ...(code.paid === true && { paid: OWN_PURCHASE }),
    skipIfDone: null,
    isIrreversible: () => code.irreversible,
    describe: () => `${code.text} (${uses})`,
    requests: () => [{ endpoint: `call of ${uses}`, items: code.maxItems }],
    docs: { request: '', perRequest: '', result: '', lostAnswer: '' },
    create(given, place) {
      const loaded = place.code?.get(uses);
      if (loaded?.definition.kind !== 'operation') throw new Error(`${uses} was not loaded`);
      const { operation } = loaded.definition;
      const { file: _stepFile, ...own } = given;
      const checked = checkOwnOptions(operation.options, own as JsonObject);
      if (checked.faults !== undefined) throw new Error(`The options of ${uses} were not checked`);
      return createOwnOperation({ uses, operation, options: checked.value }, place);
    },
  };
}
