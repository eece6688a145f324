import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mediaFetcher } from '#functions/fetch-media/fetch-media';
import type { FetchMediaDependencies } from '#functions/fetch-media/requested-file';
import { Crash, dying } from '#test/support/aws/dying-client';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, picture } from './harness.ts';

let emulators: Emulators;
let harness: Harness;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  harness = await openHarness(emulators);
});
afterEach(() => harness.stop());

type Part = 'archive' | 'table' | 'normalized';

function withCrash(
  { archive, target, ...others }: FetchMediaDependencies,
  part: Part,
  command: string,
  when: 'before' | 'after',
): FetchMediaDependencies {
  let crashed = false;
  const dies = (called: string) => {
    if (crashed || called !== command) return undefined;
    crashed = true;
    return when;
  };
  const crashing = <Held extends { client: { send: unknown } }>(name: Part, held: Held): Held =>
    name === part ? { ...held, client: dying(held.client, dies) } : held;
  const table = crashing('table', target.table);
  const normalized = crashing('normalized', target.normalized);
  return {
    ...others,
    archive: crashing('archive', archive),
    target: { ...target, table, normalized },
  };
}

describe('a crash', () => {
  it.each<[Part, string, 'before' | 'after']>([
    ['archive', 'PutObjectCommand', 'before'],
    ['archive', 'PutObjectCommand', 'after'],
    ['table', 'UpdateCommand', 'before'],
    ['table', 'UpdateCommand', 'after'],
    ['normalized', 'SendMessageCommand', 'before'],
    ['normalized', 'SendMessageCommand', 'after'],
  ])(
    'of %s at %s, %s it, is mended by the redelivery, which tells once',
    async (part, command, when) => {
      const job = await harness.message();
      const fetchMedia = mediaFetcher(withCrash(harness.dependencies, part, command, when));
      await expect(fetchMedia(JSON.stringify(job), 1)).rejects.toThrow(Crash);
      await fetchMedia(JSON.stringify(job), 2);
      const events = await harness.heard();
      expect(events.map(({ revision }) => revision)).toEqual(['1']);
      expect((await harness.objects()).get(`media/${job.attachmentId}`)?.bytes).toEqual(picture);
      // Once more, as a standard queue may at any time: nothing is fetched, nothing is told.
      const { length } = harness.conversation.asked;
      await fetchMedia(JSON.stringify(job), 3);
      expect(harness.conversation.asked).toHaveLength(length);
      expect(await harness.heard()).toEqual([]);
    },
  );

  it('is not needed: two deliveries at once store and tell once', async () => {
    const job = await harness.message();
    await Promise.all([harness.deliver(job), harness.deliver(job)]);
    expect(await harness.heard()).toHaveLength(1);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('of the job that names nothing of ours is let go', async () => {
    const job = await harness.message();
    expect(await harness.deliver({ ...job, attachmentId: 'att_unknown' })).toBeUndefined();
    expect(await harness.deliver({ ...job, sequence: 99 })).toBeUndefined();
    expect(harness.conversation.asked).toEqual([]);
  });
});
