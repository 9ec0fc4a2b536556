/** Words that people type as a command, with the verb of `ucbulk file` that they mean. */
export const FILE_VERBS: ReadonlyMap<string, string> = new Map([
  ['delete', 'delete'],
  ['remove', 'delete'],
  ['rm', 'delete'],
  ['list', 'list'],
  ['store', 'store'],
  ['copy', 'local-copy'],
  ['info', 'info'],
]);
