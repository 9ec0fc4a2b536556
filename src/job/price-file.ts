import * as z from 'zod';
import { explainIssues } from './explain-issue.ts';
import { JobFileError } from './job-file-error.ts';
import { type JobNode, nodeAt, offsetAt, type PlacedProblem, toPlain } from './job-tree.ts';
import { parseYaml, withLine } from './parse-yaml.ts';
import { type PriceList, priceListSchema } from './price-list-schema.ts';
import { showValue } from './show-value.ts';

/** A price file is checked like the key `prices` of a job file, so that messages name `prices.remove_bg`. */
const fileSchema = z.object({ prices: priceListSchema });

/**
 * Reads a price list from the text of its file, which is YAML 1.2 or JSON. `file` is its path for messages.
 * Throws a `JobFileError` with all problems.
 */
export function loadPriceFile(text: string, file: string): PriceList {
  const problems: PlacedProblem[] = [];
  const report = (problem: PlacedProblem) => problems.push(problem);
  const list = parseYaml(text, { what: 'the price file', report });
  const prices = list === null || problems.length > 0 ? null : checkList(list, report);
  if (prices !== null) return prices;
  const sorted = problems.sort((a, b) => a.offset - b.offset);
  throw new JobFileError(
    file,
    sorted.map((problem) => withLine(problem, text)),
  );
}

function checkList(list: JobNode, report: (problem: PlacedProblem) => void): PriceList | null {
  const root: JobNode = {
    kind: 'block',
    at: list.at,
    entries: [{ key: 'prices', keyAt: list.at, node: list }],
  };
  const plain = toPlain(root);
  const parsed = fileSchema.safeParse(plain);
  if (parsed.success) return parsed.data.prices;
  const show = (path: readonly (string | number)[], value: unknown) =>
    showValue(nodeAt(root, path), value);
  for (const { path, at, message, suggestion } of explainIssues(parsed.error.issues, plain, show)) {
    report({ offset: offsetAt(root, path, at), message, suggestion });
  }
  return null;
}
