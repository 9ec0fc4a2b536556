/** Names of job keys in messages, and the flags or arguments of a one-liner that set them. The first match counts. */
const NAMES: readonly (readonly [pattern: RegExp, name: string | ((key: string) => string)])[] = [
  [/^steps\[0\]\.if(?= )/, '--where'],
  [/^where\.uploaded(?= )/, '--older-than and --newer-than: the condition'],
  [/^where\.size(?= )/, '--min-size and --max-size: the condition'],
  [/^where\.tags\.any\[\d+\]/, '--tag'],
  [/^where\.(mime|name)\[\d+\]/, (key) => `--${key}`],
  [/(?<=^unknown key .* in )steps\[0\]\.with/, '--params'],
  [/^steps\[0\]\.with\.set\["(.*?)"\]/, (key) => `the key \`${key}\``],
  [/^steps\[0\]\.with\.(?:add|remove)\[\d+\]/, 'an argument'],
  [/^steps\[0\]\.with\.(\w+)/, (key) => `--${kebabCase(key)}`],
  [/^source\.groups\.ids\[\d+\]/, 'an argument'],
];

/**
 * Rewrites a message about the job of a one-liner, such as `steps[0].if is not a condition`, so that it names the flag
 * that the user typed. The user has not seen the job.
 */
export function nameFlags(message: string): string {
  const found = NAMES.find(([pattern]) => pattern.test(message));
  if (found === undefined) return message;
  const [pattern, name] = found;
  const named = message.replace(pattern, (_match, key: string) =>
    typeof name === 'string' ? name : name(key),
  );
  return named
    .replaceAll(/\b(olderThan|newerThan)\b/g, (key) => `--${kebabCase(key)}`)
    .replace('min is more than max', '--min-size is more than --max-size');
}

function kebabCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
