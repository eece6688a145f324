import { describe, expect, it } from 'vitest';
import {
  author,
  type DeletionHarness,
  deletionBody,
  postBody,
  useDeletionHarness,
} from './harness.ts';

let harness: DeletionHarness;
useDeletionHarness((opened) => {
  harness = opened;
});

let posts = 0;
/** Three versions of one post. */
function versions() {
  posts += 1;
  const word = `vw${posts}piccolo${posts}`;
  const ids = [1, 2, 3].map((each) => `28000000000000${String(posts).padStart(3, '0')}0${each}`);
  const bodies = ids.map((id, index) =>
    postBody({
      ...{ id, text: `${word} ${index}`, photo: `https://pbs.twimg.com/media/${word}${index}.jpg` },
      ...(index > 0 ? { edits: ids.slice(0, index) } : {}),
    }),
  );
  return { word, ids, bodies };
}

const deletedIn = (events: readonly { readonly type: string }[]) =>
  events.filter(({ type }) => type === 'switchboard.message.deleted.v1');

describe('the deletion of an edited post', () => {
  it.each([0, 1, 2])('that names version %d takes all of them', async (index) => {
    const { word, ids, bodies } = versions();
    for (const body of bodies) await harness.receive(body);
    await harness.heard();
    expect((await harness.traces(word)).length).toBeGreaterThanOrEqual(3);
    await harness.receive(deletionBody(ids[index] ?? ''));
    expect(await harness.traces(word)).toEqual([]);
    expect(deletedIn(await harness.heard())).toHaveLength(3);
    await harness.receive(deletionBody(ids[index] ?? ''));
    expect(await harness.heard()).toEqual([]);
  });

  it.each([0, 1, 2])('that names version %d before any of them came takes all', async (index) => {
    const { word, ids, bodies } = versions();
    await harness.receive(deletionBody(ids[index] ?? ''));
    for (const body of bodies) await harness.receive(body);
    expect(await harness.traces(word)).toEqual([]);
    expect(deletedIn(await harness.heard())).toHaveLength(3);
  });

  it.each([0, 1, 2])('that names version %d comes between them', async (index) => {
    const { word, ids, bodies } = versions();
    await harness.receive(bodies[0] ?? {});
    await harness.receive(deletionBody(ids[index] ?? ''));
    await harness.receive(bodies[2] ?? {});
    await harness.receive(bodies[1] ?? {});
    expect(await harness.traces(word)).toEqual([]);
    expect(deletedIn(await harness.heard())).toHaveLength(3);
  });

  it('by another person takes none', async () => {
    const { word, ids, bodies } = versions();
    for (const body of bodies.slice(0, 2)) await harness.receive(body);
    const before = await harness.traces(word);
    await harness.receive(deletionBody(ids[0] ?? '', `${author.slice(0, -1)}9`));
    await harness.receive(deletionBody(ids[2] ?? '', `${author.slice(0, -1)}9`));
    await harness.receive(bodies[2] ?? {});
    expect((await harness.traces(word)).length).toBeGreaterThan(before.length);
    expect(deletedIn(await harness.heard())).toEqual([]);
  });
});
