import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a Markdown page, with what the comments before it ask for. */
export interface DocBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** `<!-- not run: REASON -->`; null if the block is run. */
  readonly notRun: string | null;
  /** `<!-- before: COMMANDS -->`: the commands that make what the block needs. */
  readonly before: string | null;
  /** `<!-- before each: COMMANDS -->`: the same before each command, if the commands are alternatives. */
  readonly beforeEach: string | null;
  /** `<!-- file NAME -->`: the name under which the text is saved; null if it is not saved. */
  readonly file: string | null;
  /** `<!-- exits with N -->`: the exit code of the last command. */
  readonly exitCode: number;
  /** `<!-- answers yes -->`: somebody answers yes to questions about deletes and payments. */
  readonly answersYes: boolean;
}

const COMMANDS = new Set(['sh', 'bash', 'console']);

/** True if the block has commands of a shell. */
export function hasCommands({ language }: DocBlock): boolean {
  return COMMANDS.has(language);
}

/** The Markdown pages of the project, from its root. */
export function docPages(): string[] {
  const below = readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' });
  const docs = below.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  const others = ['README.md', 'CONTRIBUTING.md', 'jobs/README.md', 'src/emulator/README.md'];
  return [...others, ...docs.sort()];
}

/** All fenced blocks of a page, from first to last. */
export function blocksOf(page: string): DocBlock[] {
  const markdown = readFileSync(`${ROOT}${page}`, 'utf8');
  const fence = /((?:^ *<!--(?:(?!-->)[\s\S])*-->\n+)*)^( *)```(.*)\n([\s\S]*?)^ *```$/gm;
  return [...markdown.matchAll(fence)].map((match) => {
    const [whole, comments = '', indent = '', language = '', text = ''] = match;
    const above = markdown.slice(0, match.index + comments.length);
    const place = { page, line: above.split('\n').length, language };
    if (whole === '') throw new Error(`${page}: an empty match`);
    return { ...place, text: unindent(text, indent), ...wishes(comments, place) };
  });
}

function unindent(text: string, indent: string): string {
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

type Wishes = Omit<DocBlock, 'page' | 'line' | 'language' | 'text'>;
const NO_WISHES: Wishes = {
  notRun: null,
  before: null,
  beforeEach: null,
  file: null,
  exitCode: 0,
  answersYes: false,
};

/** Reads the comments directly before a block. Throws if a comment has an unknown form. */
function wishes(comments: string, place: { page: string; line: number }): Wishes {
  let read = NO_WISHES;
  for (const [, comment = ''] of comments.matchAll(/<!--\s*([\s\S]*?)\s*-->/g)) {
    const wish = wishOf(comment);
    if (wish === null) throw new Error(`${place.page}:${place.line}: unknown comment: ${comment}`);
    read = { ...read, ...wish };
  }
  return read;
}

function wishOf(comment: string): Partial<Wishes> | null {
  if (comment === 'answers yes') return { answersYes: true };
  const [, word = '', value = ''] =
    /^(not run:|before:|before each:|file|exits with)\s+([\s\S]+)$/.exec(comment) ?? [];
  switch (word) {
    case 'not run:':
      return { notRun: value };
    case 'before:':
      return { before: value };
    case 'before each:':
      return { beforeEach: value };
    case 'file':
      return { file: value };
    case 'exits with':
      return { exitCode: Number(value) };
    default:
      return null;
  }
}
