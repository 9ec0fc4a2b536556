// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of Uploadcare.
import { present } from '../../core/present.ts';
import type { OneLiner } from './one-liner.ts';
import { listOption, NEW_FILE_OPTIONS, STORE_OPTION, textOption } from './step-options.ts';
import {
  addonName,
  needed,
  neededFlag,
  newFileOptions,
  only,
  parseParams,
  readPairs,
  splitWords,
  stepText,
} from './step-text.ts';

const UUIDS = { words: '[uuids..]', wordsText: 'UUIDs of files' } as const;
const FILES = { takes: 'files', ...UUIDS } as const;
const OWN_UUIDS = {
  takes: 'files',
  words: '[words..]',
} as const;

/** The commands that make a job of one step. Names and arguments are those of the official CLI, if it has them. */
export const ONE_LINERS: readonly OneLiner[] = [
  {
    ...FILES,
    name: 'file store',
    describe: 'Store files for good',
    options: {},
    examples: [['--unstored --newer-than 24h', 'The uploads of the last day']],
    step: only('store'),
  },
  {
    ...FILES,
    name: 'file delete',
    describe: 'Delete files; asks first',
    options: {},
    examples: [
      ['--unstored --older-than 48h', 'Old files that nobody stored'],
      [
        '--from-stdin',
        'The files of a list, such as `uploadcare file list --page-all --json uuid`',
      ],
    ],
    step: only('delete'),
  },
  {
    ...FILES,
    name: 'file local-copy',
    describe: 'Copy files inside of the project',
    options: STORE_OPTION,
    examples: [['--name "*.png" --store', 'A stored copy of each PNG']],
    step: only('copy-local', ({ store }) => ({ store })),
  },
  {
    ...FILES,
    name: 'file remote-copy',
    describe: 'Copy files to a custom storage of the project',
    options: {
      target: textOption('target', "Name of the custom storage, as in the project's settings"),
      pattern: textOption('pattern', 'Name of the copy, such as ${uuid}/${filename}'),
      'make-public': { type: 'boolean', describe: 'Let anybody read the copies; true if absent' },
    },
    examples: [['--all --target archive', 'A copy of the whole project']],
    step: only('copy-to-remote', ({ target, pattern, makePublic }) => ({
      target: neededFlag('target', target),
      pattern,
      makePublic,
    })),
  },
  {
    ...FILES,
    name: 'convert document',
    describe: 'Convert documents; asks first, because it is paid',
    options: {
      format: textOption('format', 'Format of the result, such as pdf'),
      page: textOption('page', 'Number of the page, for an image'),
      'save-in-group': { type: 'boolean', describe: 'Make a group of all pages' },
      ...STORE_OPTION,
    },
    examples: [['--mime application/msword --format pdf', 'A PDF of each Word document']],
    step: only('convert/document', ({ format, page, saveInGroup, store }) => ({
      format,
      page,
      saveInGroup,
      store,
    })),
  },
  {
    ...FILES,
    name: 'convert video',
    describe: 'Convert videos; asks first, because it is paid',
    options: {
      format: textOption('format', 'Format of the result, such as mp4'),
      quality: textOption('quality', 'Quality of the result, such as normal'),
      thumbs: textOption('thumbs', 'Number of thumbnails, 1 to 50'),
      ...STORE_OPTION,
    },
    examples: [['--mime "video/*" --format mp4', 'An MP4 of each video']],
    step: only('convert/video', ({ format, quality, thumbs, store }) => ({
      format,
      quality,
      thumbs,
      store,
    })),
  },
  {
    ...OWN_UUIDS,
    name: 'addon execute',
    words: '<addon> [words..]',
    wordsText: 'Name of the add-on, such as remove_bg, then UUIDs of files',
    describe: 'Execute an add-on on files; asks first, because it is paid',
    options: {
      params: textOption('params', 'Options of the add-on as JSON, such as \'{"crop": true}\''),
    },
    examples: [['remove_bg --tag product', 'Remove the backgrounds of all products']],
    step: ([name = '', ...items], { params }) => ({
      step: stepText(addonName(name), params === undefined ? {} : parseParams(String(params))),
      items,
    }),
  },
  {
    ...OWN_UUIDS,
    name: 'metadata set',
    wordsText: 'UUIDs of files, then key=value pairs; also UUID KEY VALUE',
    describe: 'Set keys of the metadata of files',
    options: {},
    examples: [['checked=yes --tag product', 'One key of each product']],
    step(words) {
      const { items, others } = splitWords(words);
      return { step: stepText('metadata', { set: readPairs(others) }), items };
    },
  },
  {
    ...OWN_UUIDS,
    name: 'metadata delete',
    wordsText: 'UUIDs of files, then keys',
    describe: 'Delete keys of the metadata of files',
    options: {},
    examples: [['old_sku --all', 'One key of every file']],
    step(words) {
      const { items, others } = splitWords(words);
      return { step: stepText('metadata', { remove: needed(others, 'a key') }), items };
    },
  },
  {
    ...OWN_UUIDS,
    name: 'tags add',
    wordsText: 'UUIDs of files, then tags',
    describe: 'Add tags to files',
    options: {},
    examples: [['product --name "sku-*"', 'A tag for files by their names']],
    step(words) {
      const { items, others } = splitWords(words);
      return { step: stepText('tags', { add: needed(others, 'a tag') }), items };
    },
  },
  {
    ...OWN_UUIDS,
    name: 'tags remove',
    wordsText: 'UUIDs of files, then tags',
    describe: 'Remove tags from files',
    options: {},
    examples: [['draft --all', 'Remove a tag everywhere']],
    step(words) {
      const { items, others } = splitWords(words);
      return { step: stepText('tags', { remove: needed(others, 'a tag') }), items };
    },
  },
  {
    ...FILES,
    name: 'group create',
    describe: 'Make groups of files',
    options: { size: textOption('size', 'Maximum number of files in a group; 100 if absent') },
    examples: [['--tag gallery', 'A group of the files with a tag']],
    step: only('create-group', ({ size }) => ({ size })),
  },
  {
    takes: 'groups',
    words: '[ids..]',
    wordsText: 'Ids of groups',
    name: 'group delete',
    describe: 'Delete groups, and keep their files; asks first',
    options: {},
    examples: [['--all', 'All groups of the project']],
    step: only('delete-group'),
  },
  {
    takes: 'paths',
    words: '[paths..]',
    wordsText: 'A folder, or files of one folder',
    name: 'upload',
    describe: 'Upload the files of a folder',
    options: {
      match: listOption('Only files below the folder whose path matches this glob'),
      ...NEW_FILE_OPTIONS,
    },
    examples: [['./photos --match "**/*.jpg" --store', 'All JPEG files below a folder']],
    step: only('upload', newFileOptions),
    sourceOptions: ({ match }) => present({ match }),
  },
  {
    takes: 'urls',
    words: '[urls..]',
    wordsText: 'URLs of files',
    name: 'import',
    describe: 'Import files from URLs',
    options: NEW_FILE_OPTIONS,
    examples: [['--from urls.csv --store', 'The URLs of a list']],
    step: only('import-url', newFileOptions),
  },
];
