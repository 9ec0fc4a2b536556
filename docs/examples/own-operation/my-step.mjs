import { defineOperation } from 'ucbulk';

/** Sends the UUID of each file to an archive, which makes one entry for each call with a new tag. */
export default defineOperation({
  shape: 'each',
  // The archive ignores a second call with the same tag.
  lostAnswer: 'repeat',
  takes: 'file',
  timeLimitMs: 20_000,
  options: {
    type: 'object',
    properties: { archive: { type: 'string', format: 'uri' }, shelf: { type: 'string' } },
    required: ['archive', 'shelf'],
    additionalProperties: false,
  },
  describe: ({ shelf }) => `sends them to the shelf ${shelf} of the archive`,
  async run(item, { options, rest, signal }) {
    const { body } = await rest({ method: 'GET', path: `/files/${item.file}/` });
    const answer = await fetch(options.archive, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        tag: item.tag,
        file: item.file,
        size: body.size,
        shelf: options.shelf,
      }),
      signal,
    });
    if (answer.status === 422)
      return { kind: 'failed', code: 'refused', message: await answer.text() };
    if (!answer.ok) throw new Error(`The archive answered ${answer.status}`);
    return { kind: 'done', result: { size: body.size } };
  },
});
