// Tests your own code against an emulated Uploadcare. Needs no account and no network.
import assert from 'node:assert/strict';
import { createEmulator } from 'ucbulk/emulator';

const emulator = createEmulator({ files: 3 });
const { origin, close } = await emulator.listen();
try {
  const [project] = emulator.projects;
  assert(project);
  const file = project.addFile({ name: 'cat.jpg', mimeType: 'image/jpeg' });

  // In your test, call your own code here instead of `fetch`.
  const answer = await fetch(`${origin}/files/${file.uuid}/storage/`, {
    method: 'DELETE',
    headers: {
      accept: 'application/vnd.uploadcare-v0.7+json',
      authorization: `Uploadcare.Simple ${project.publicKey}:${project.secretKey}`,
    },
  });

  assert.equal(answer.status, 200);
  assert.notEqual(project.file(file.uuid)?.removedAt, null);
  assert.equal(emulator.audit.summary().delete?.filesChangedMoreThanOnce, 0);
  console.log('deleted once');
} finally {
  await close();
}
