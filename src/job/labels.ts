import * as z from 'zod';

const NAME = 'is not a name of letters, digits and _ . - that starts with a letter, at most 64';
/** The fixed columns of `ucbulk report --format costs`. A label with such a name would repeat one of them. */
const COST_COLUMNS: readonly string[] = [
  ...['run', 'job', 'step', 'item', 'units'],
  ...['price', 'cost', 'planned', 'currency'],
];
const VALUE = 'text of 1 to 200 characters';

/** Names and values by which a finance department assigns the cost of a run. ucbulk only shows them. */
export const labelsSchema = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, { error: NAME }),
    z
      .union(
        [z.string({ error: VALUE }), z.number({ error: VALUE }), z.boolean({ error: VALUE })],
        {
          error: VALUE,
        },
      )
      .transform(String)
      .pipe(z.string({ error: VALUE }).min(1, { error: VALUE }).max(200, { error: VALUE })),
    { error: 'a block of keys' },
  )
  .superRefine((labels, context) => {
    for (const name of Object.keys(labels).filter((label) => COST_COLUMNS.includes(label))) {
      const message = 'is a column of `report --format costs`; choose another name';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .refine((labels) => Object.keys(labels).length <= 50, { error: 'has more than 50 labels' });
