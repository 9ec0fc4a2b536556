/** The keys and values of a section of a file of the AWS tools. */
export type Section = Readonly<Record<string, string>>;

/** The text after a value, which the AWS tools leave out. */
const COMMENT = /\s[#;].*$/;

/**
 * Parses a file of the AWS tools, such as `~/.aws/config`. They have a format of their own: a `;` or `#` inside of a
 * value belongs to it, quotes have no meaning, and an indented line belongs to the key above, so it is left out here.
 */
export function parseAwsFile(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | null = null;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const name = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim().replace(/\s+/g, ' ');
    if (name !== undefined) {
      current = sections.get(name) ?? Object.create(null);
      sections.set(name, current ?? {});
      continue;
    }
    const [, key, value = ''] = /^([^\s#;=][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || current === null) continue;
    // A command may contain such a text.
    current[key.toLowerCase()] = key === 'credential_process' ? value : value.replace(COMMENT, '');
  }
  return sections;
}
