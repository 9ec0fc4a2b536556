// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  parseAllDocuments,
  stringify,
  type YAMLError,
} from 'yaml';
import { isExactNumber } from '../core/exact-number.ts';
import { explainIndentation } from './explain-indentation.ts';
import { explainQuotes, quoted } from './explain-quotes.ts';
import type { JobFileProblem } from './job-file-error.ts';
import { checkText, checkTokens } from './job-text-bounds.ts';
import type { JobEntry, JobNode, PlacedProblem } from './job-tree.ts';
import type { ReportProblem } from './replace-expressions.ts';

/** Error codes of the YAML parser for faults that may be the result of a wrong indentation. */
const INDENTATION_CODES: ReadonlySet<string> = new Set([
  'BAD_INDENT',
  'MISSING_CHAR',
  'BLOCK_AS_IMPLICIT_KEY',
]);

/**
 * Parses a text that must contain exactly one YAML document. Reports any problem, and then returns null. `what`
 * names the file in messages, such as `the job file`.
 */
export function parseYaml(
  text: string,
  { what, report }: { readonly what: string; readonly report: ReportProblem },
): JobNode | null {
  const refusal = checkText(text) ?? checkTokens(new Lexer().lex(text));
  if (refusal !== null) return reported(refusal, report);
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    stringKeys: true,
    // Turns off the library's check for repeated keys, which reports only the first one. `readEntries`
    // reports all of them.
    uniqueKeys: false,
  });
  const [document, second] = 'empty' in documents ? [] : documents;
  // Only the first fault is useful: the others may be results of it.
  const fault = document?.errors[0] ?? document?.warnings[0];
  if (fault !== undefined) return reported(explainFault(fault, text), report);
  if (document === undefined || document.contents === null) {
    return reported({ offset: 0, message: `${what} is empty` }, report);
  }
  if (second !== undefined) {
    const message = `a second document: ${what} has only one`;
    return reported({ offset: second.range[0], message }, report);
  }
  return readNode(document.contents, { document, report, made: new Map() });
}

interface Reading {
  readonly document: Document.Parsed;
  readonly report: ReportProblem;
  /** The nodes that were read so far. An alias refers to one of them. */
  readonly made: Map<Node, JobNode>;
}

function readNode(node: Node | null, reading: Reading, at = 0): JobNode {
  const offset = node?.range?.[0] ?? at;
  if (isAlias(node)) {
    const target = node.resolve(reading.document);
    const known = target && reading.made.get(target);
    if (known !== undefined) return known;
    const text = `*${node.source}`;
    const message = `${text} is an alias in YAML, but no earlier value has the anchor &${node.source}; if it is a text, put it in quotes: ${quoted(text)}`;
    reading.report({ offset, message });
    return { kind: 'value', at: offset, value: null, origin: 'broken' };
  }
  const made = readPlainNode(node, reading, offset);
  if (node !== null) reading.made.set(node, made);
  return made;
}

function readPlainNode(node: Node | null, reading: Reading, at: number): JobNode {
  if (isMap<Node, Node | null>(node))
    return { kind: 'block', at, entries: readEntries(node.items, reading) };
  if (isSeq<Node | null>(node))
    return { kind: 'list', at, items: node.items.map((item) => readNode(item, reading, at)) };
  if (isScalar(node) && typeof node.value === 'number') {
    const text = node.source ?? '';
    if (!isExactNumber(text, node.value)) reading.report({ offset: at, message: inexact(text) });
  }
  return { kind: 'value', at, value: readScalar(node), origin: 'file' };
}

function readEntries(pairs: readonly Pair<Node, Node | null>[], reading: Reading): JobEntry[] {
  const entries = new Map<string, JobEntry>();
  for (const { key: keyNode, value } of pairs) {
    const key = String(readScalar(keyNode));
    const keyAt = keyNode.range?.[0] ?? 0;
    const node = readNode(value, reading, keyAt);
    const shown = JSON.stringify(key.slice(0, 60));
    if (key === '__proto__') {
      reading.report({ offset: keyAt, message: `key ${shown} is not allowed` });
    } else if (entries.has(key)) {
      reading.report({ offset: keyAt, message: `key ${shown} is repeated` });
    } else {
      entries.set(key, { key, keyAt, node });
    }
  }
  return [...entries.values()];
}

function readScalar(node: Node | null): string | number | boolean | null {
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return null;
}

/** The message about a number that ucbulk would have to round. */
function inexact(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `the number ${shown} has too many digits: ucbulk would have to round it; put it in quotes, or write at most 15 digits`;
}

function reported(problem: PlacedProblem, report: ReportProblem): null {
  report(problem);
  return null;
}

function explainFault({ code, message, pos }: YAMLError, text: string): PlacedProblem {
  const [offset] = pos;
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? '';
  if (code === 'TAB_AS_INDENT') {
    return { offset, message: 'a tab in the indentation; use spaces' };
  }
  if (code === 'NON_STRING_KEY')
    return { offset, message: 'a key that is not text; put it in quotes' };
  if (/[{[].*\$\{\{/.test(line.slice(0, 1000))) {
    return {
      offset,
      message: 'inside { } and [ ], put the expression in quotes: "${{ … }}"',
    };
  }
  const indentation = INDENTATION_CODES.has(code) ? explainIndentation(text, offset) : null;
  if (indentation !== null) return indentation;
  const quotes = explainQuotes(text, { code, pos });
  if (quotes !== null) return quotes;
  return { offset, message: `not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}` };
}

/** Adds the line and the column to a problem. */
export function withLine(
  { offset, message, suggestion }: PlacedProblem,
  text: string,
): JobFileProblem {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return suggestion === undefined
    ? { line, column, message }
    : { line, column, message, suggestion };
}

/** Formats a value as YAML. `parseYaml` reads the same value from the text. */
export function formatYaml(value: unknown): string {
  return stringify(value, { lineWidth: 120 });
}

/** Formats a text as YAML, in quotes if it would otherwise be a number or another type. */
export function quoteYaml(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
