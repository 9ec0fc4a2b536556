// `npm run check:prose`: fails on patterns of the private dialect that CONTRIBUTING.md rules out.
// Checks the documents below, the comments of job files, and the comments, messages and help texts in src/.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MAX_WORDS = 45;

/** Patterns and what to write instead. */
const PATTERNS = [
  [/\b(?:null|undefined|absent|false|true|empty|zero|none|0|1) where\b/i, '"if" or "when"'],
  [
    /\bwhere (?:there|that|this|none|nothing|absent|no|one|nobody|somebody|a|an) /,
    '"if" or "when"',
  ],
  [/\b(?:goes|go|went|gone) on\b/i, '"continue"'],
  [/\b(?:is|are|was|were|be) told\b/i, '"is reported", or name who is informed'],
  [/\btells? (?:of|at once)\b/i, '"report" or "describe"'],
  [/\b(?:comes|came|become|becomes|became) of\b/i, '"the result of", "what happens to"'],
  [/\bmend(?:ed|s)?\b/i, '"fix"'],
  [/\blets? go\b/i, '"release"'],
  [/\b(?:gives?|given|gave) back\b/i, '"return" or "release"'],
  [/\bto be had\b/i, '"available"'],
  [/\btried again\b/i, '"retried"'],
  [/\b(?:your|a person's|his|her) word on\b/i, '"your decision about"'],
  [/(?:^|[.:] )Of (?!course)[a-z]/, 'no fronted "Of …": start with the subject'],
  [/(?:^|\. )(?:What|Whether) [a-z][^?]*$/, 'no fronted "What …": start with the subject'],
];

/** Every file below a folder whose name ends so. */
function filesBelow(folder, ending) {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'jobs/README.md',
  'src/emulator/README.md',
  ...filesBelow('docs', '.md'),
];
const JOBS = filesBelow('jobs', '.yaml');
const faults = [];

function check(file, line, text) {
  for (const sentence of text.split(/(?<=[.?!])\s+/)) {
    for (const [pattern, instead] of PATTERNS) {
      const found = pattern.exec(sentence);
      if (found !== null) faults.push(`${file}:${line}: "${found[0].trim()}": write ${instead}`);
    }
    const words = sentence.split(/\s+/).length;
    if (words > MAX_WORDS) faults.push(`${file}:${line}: a sentence of ${words} words`);
  }
}

/** A line that belongs to no paragraph. */
const SEPARATE = /^(?:$|#|```|<!--)/;
const LIST_ITEM = /^\s*(?:[-*]|\d+\.) /;

/** Checks the paragraphs, list items and table cells of a Markdown text. */
function checkMarkdown(file, text) {
  const withoutCode = text.replaceAll(/^```[\s\S]*?^```$/gm, (code) =>
    code.replaceAll(/[^\n]/g, ''),
  );
  const lines = withoutCode.split('\n').map((line) => {
    return line.replaceAll(/`[^`]*`|"[^"]*"/g, 'X').replaceAll(/\]\([^)]*\)/g, ']');
  });
  const parts = [];
  for (const [index, line] of lines.entries()) {
    const isNew = SEPARATE.test(lines[index - 1] ?? '') || LIST_ITEM.test(line);
    if (line.startsWith('|')) parts.push(...line.split('|').map((cell) => [index + 1, cell]));
    else if (isNew) parts.push([index + 1, line.replace(LIST_ITEM, '')]);
    else if (!SEPARATE.test(line)) parts.at(-1)[1] += ` ${line.trim()}`;
  }
  for (const [line, part] of parts) check(file, line, part.trim());
}

/** The comments of a text, without their marks. */
function checkComments(file, text, comment) {
  for (const found of text.matchAll(comment)) {
    const line = text.slice(0, found.index).split('\n').length;
    const words = found[0].replaceAll(/^\s*(?:\/\*\*|\*\/|\*|#|\/\/)|\*\/$/gm, '');
    for (const part of words.split(/\n\s*- |\n\s*\n/)) {
      check(
        file,
        line,
        part
          .replaceAll(/`[^`]*`/g, 'X')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      );
    }
  }
}

/** The string and template literals of a program that are sentences, with X for each inserted value. */
function checkTexts(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    const words = literalText(node);
    if (words !== null && words.trim().split(/\s+/).length >= 3) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      for (const part of words.split('\n'))
        check(file, line + 1, part.replaceAll(/`[^`]*`|"[^"]*"/g, 'X').trim());
    }
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(source);
}

function literalText(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('X');
}

for (const file of DOCUMENTS) checkMarkdown(file, readFileSync(`${ROOT}${file}`, 'utf8'));
for (const file of JOBS)
  checkComments(file, readFileSync(`${ROOT}${file}`, 'utf8'), /^(?:\s*#.*\n)+/gm);
// A released schema is never edited.
const isReleased = (file) => file.includes('/migrations/');
for (const file of filesBelow('src', '.ts').filter((name) => !isReleased(name))) {
  const text = readFileSync(`${ROOT}${file}`, 'utf8');
  checkComments(file, text, /\/\*\*[\s\S]*?\*\/|(?:^\s*\/\/ .*\n)+/gm);
  checkTexts(file, text);
}
const sum = `${faults.length} places are not in plain English (CONTRIBUTING.md has the rules)`;
process.stderr.write(`${[...faults, sum].join('\n')}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
