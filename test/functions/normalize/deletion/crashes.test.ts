import { describe, expect, it } from 'vitest';
import { publishMarked } from '#shared/aws/publish/publish';
import { messageIdOf } from '#shared/ids';
import { Crash, dying } from '#test/support/aws/dying-client';
import { type DeletionHarness, deletionBody, postBody, useDeletionHarness } from './harness.ts';

let harness: DeletionHarness;
useDeletionHarness((opened) => {
  harness = opened;
});

let posts = 0;

/** A post with a file and a quotation of it, all of which hold one word. */
async function storedPost() {
  posts += 1;
  const id = `24000000000000010${String(posts).padStart(2, '0')}`;
  const word = `kw${posts}marimba${posts}`;
  const text = `${word} ${Array.from({ length: 1200 }, (_, each) => (each * 7919).toString(36)).join(' ')}`;
  await harness.receive(postBody({ id, text, photo: `https://pbs.twimg.com/media/${word}.jpg` }));
  const [event] = await harness.heard();
  const conversationId = String(event?.subject);
  const entries = await harness.entries(conversationId);
  const entry = entries.at(-1);
  if (!entry) throw new Error('the post is not stored');
  await harness.storeFile(entry, conversationId, Buffer.from(`a photo of ${word}`));
  await harness.receive(postBody({ id: `${id}9`, text: 'see', quotes: { id, text: word } }));
  await harness.heard();
  return { id, word, conversationId, sequence: entry.sequence };
}

/** Handles the deletion in a process that dies at one of its calls. Resolves with false when it made fewer calls. */
async function dyingAt(number: number, when: 'before' | 'after', id: string): Promise<boolean> {
  let calls = 0;
  const dies = () => {
    calls += 1;
    return calls === number ? when : undefined;
  };
  const { target, archive } = harness.dependencies;
  const { eraser } = harness;
  const mortal = {
    target: {
      ...target,
      table: { ...target.table, client: dying(target.table.client, dies) },
      normalized: { ...target.normalized, client: dying(target.normalized.client, dies) },
      eraser: {
        ...eraser,
        erase: async (keys: readonly string[]) => {
          const fate = dies();
          if (fate === 'before') throw new Crash('erase');
          // Dies in the middle of several.
          await eraser.erase(fate === 'after' ? keys.slice(0, 1) : keys);
          if (fate === 'after') throw new Crash('erase');
        },
      },
    },
    archive: { ...archive, client: dying(archive.client, dies) },
  };
  try {
    await harness.receive(deletionBody(id), mortal);
    return false;
  } catch (fault) {
    if (!(fault instanceof Crash)) throw fault;
    return true;
  }
}

describe.each(['before', 'after'] as const)('a process that dies %s any of its calls', (when) => {
  it('is followed by a redelivery that finishes the deletion', { timeout: 300_000 }, async () => {
    let number = 1;
    for (;;) {
      const { id, word, conversationId, sequence } = await storedPost();
      const died = await dyingAt(number, when, id);
      const early = await harness.heard();
      // What is told of the message after its deletion was told is nothing.
      if (early.some(({ type }) => type.includes('deleted'))) {
        expect(await harness.traces(word)).toEqual([]);
      }
      await harness.receive(deletionBody(id));
      expect(await harness.traces(word), `call ${number}`).toEqual([]);
      const { redaction } = await harness.entry(conversationId, sequence);
      expect(redaction).toBe('done');
      const told = [...early, ...(await harness.heard())].filter(({ type }) =>
        type.includes('message.deleted'),
      );
      expect(new Set(told.map((event) => event.id)).size, `call ${number}`).toBe(1);
      if (!died) break;
      number += 1;
    }
    expect(number).toBeGreaterThan(12);
  });
});

describe('a function that may delete no files', () => {
  it('leaves the deletion to the sweep, and tells nothing of it before', async () => {
    const { id, word, conversationId, sequence } = await storedPost();
    const { eraser: _, ...target } = harness.target;
    await harness.receive(deletionBody(id), { target });
    expect(await harness.heard()).toEqual([]);
    expect((await harness.entry(conversationId, sequence)).redaction).toBe('due');
    await publishMarked(harness.target, conversationId);
    expect(await harness.traces(word)).toEqual([]);
    const [event] = await harness.heard();
    expect(event?.type).toBe('switchboard.message.deleted.v1');
    expect(event?.data).toMatchObject({
      message: { id: messageIdOf(conversationId, { sequence }) },
    });
  });
});

describe('an entry that is published after its deletion was recorded', () => {
  it('is told without its text, under its own id', async () => {
    posts += 1;
    const id = `24000000000000010${posts}`;
    const word = `kw${posts}marimba${posts}`;
    // The function dies before it can publish: the queue refuses.
    const dies = (name: string) => (name === 'SendMessageCommand' ? 'before' : undefined);
    const { target } = harness;
    const normalized = { ...target.normalized, client: dying(target.normalized.client, dies) };
    const failing = { target: { ...target, normalized } };
    await expect(harness.receive(postBody({ id, text: word }), failing)).rejects.toThrow(Crash);
    await harness.receive(deletionBody(id));
    const events = await harness.heard();
    expect(events.map(({ type }) => type).slice(-2)).toEqual([
      'switchboard.message.received.v1',
      'switchboard.message.deleted.v1',
    ]);
    expect(JSON.stringify(events)).not.toContain(word);
    await harness.receive(postBody({ id, text: word }));
    expect(await harness.traces(word)).toEqual([]);
  });
});
