import * as z from 'zod';
import { OWN_NAME_PATTERN } from '../operations/own-name.ts';
import { jobSchema } from './job-schema.ts';
import { OWN } from './step-schemas.ts';

// Makes a pattern also accept the start of an expression, `${{`. Editors check values as the file contains
// them, before ucbulk replaces the expressions.
const OR_AN_EXPRESSION = '|\\$\\{\\{';

/** Returns the format of job files as a JSON Schema, for editors. `jobs/job.schema.json` contains a copy. */
export function jobJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(jobSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // A value with several checks comes here once for each check.
      const { pattern } = jsonSchema;
      if (pattern?.endsWith(OR_AN_EXPRESSION) === false) jsonSchema.pattern += OR_AN_EXPRESSION;
      delete jsonSchema.format;
      withoutCodeFacts(jsonSchema);
    },
  });
  return { title: 'ucbulk job file', ...schema };
}

/** Removes the facts about own code from the schema of a block. Only ucbulk writes them. */
function withoutCodeFacts(block: z.core.JSONSchema.BaseSchema): void {
  const { properties, required } = block;
  if (properties === undefined || !('code' in properties) || !('uses' in properties)) return;
  const { code: _code, named: _named, ...written } = properties;
  const { uses } = properties;
  const isStep = typeof uses === 'object' && uses.const === OWN;
  block.properties = isStep ? { ...written, uses: OWN_USES } : written;
  block.required = (required ?? []).filter((key) => key in written);
}

const OWN_USES: z.core.JSONSchema.BaseSchema = {
  type: 'string',
  pattern: OWN_NAME_PATTERN.source,
  description: 'Own code: a path relative to this file, or npm:PACKAGE',
};
