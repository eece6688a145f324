import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sender } from '#connectors/twitter/sender';
import { type MockServer, mockServer } from '#test/support/connectors/prism';
import { accountOf, credentials, publicUrl } from './received.ts';

/** X's own OpenAPI description, where it has been fetched: its licence does not let us keep it here. */
const description = join(import.meta.dirname, '../../../../shared/corpus/openapi/x.trim.json');
const present = existsSync(description);
if (!present) console.log("X's OpenAPI description is not here: 0 requests checked against it");

describe.runIf(present)("a request of ours against X's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;

  beforeAll(async () => {
    // Prism knows no OAuth 1.0a; the simulator checks that.
    server = await mockServer(description, { checkSecurity: false, errors: true });
    apiUrl = await server.listen(0, '127.0.0.1');
  });
  afterAll(() => server.close());

  const send = (request: object) =>
    sender.send(request, {
      account: accountOf(),
      credentials,
      apiUrl,
      publicUrl,
      messageId: 'm1',
      part: 0,
      attempt: 1,
      timeoutSeconds: 20,
    });

  it.each([
    ['a direct message', { kind: 'dm', participantId: '1600', text: 'hello 👋' }],
    ['an answer to a post', { kind: 'post', inReplyToPostId: '2200', text: 'hello 👋' }],
  ])('passes for %s', async (_, request) => {
    expect(await send(request)).toMatchObject({ kind: 'sent' });
  });

  it.each([
    ['an empty direct message', { kind: 'dm', participantId: '1600', text: '' }],
    ['an answer to no post', { kind: 'post', inReplyToPostId: 'none', text: 'hello' }],
  ])('does not pass with %s', async (_, request) => {
    expect((await send(request)).kind).not.toBe('sent');
  });
});
