import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mediaFetcher } from '#functions/fetch-media/fetch-media';
import { publish } from '#shared/aws/publish/publish';
import { readConversation } from '#shared/aws/store/table';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import type { MediaJob } from '#shared/model/media-job';
import { Crash, dying } from '#test/support/aws/dying-client';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, honest, openHarness } from './harness.ts';

let emulators: Emulators;
let harness: Harness;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
});
beforeEach(async () => {
  harness = await openHarness(emulators);
  const endpoint = await harness.dependencies.archive.client.config.endpoint?.();
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://${endpoint?.hostname}:${endpoint?.port}`);
});
afterEach(() => harness.stop());

/** The message of a job is deleted, with its files. */
async function deleteMessage({ conversationId, sequence }: MediaJob): Promise<void> {
  const { target, eraser } = harness.dependencies;
  const place = { conversationId, sequence };
  const occurredAt = '2026-11-21T10:00:20.000Z';
  const deletion = { kind: 'deletion', id: 'deleted', occurredAt, redacts: true } as const;
  const { entry } = await applyUpdate(emulators.table, place, deletion);
  const conversation = await readConversation(emulators.table, conversationId);
  if (entry) await publish({ ...target, eraser }, conversation, entry);
}

describe('a file of a deleted message', () => {
  it('is not fetched, and one that is stored goes', async () => {
    const job = await harness.message();
    await harness.deliver(job);
    await deleteMessage(job);
    expect((await harness.objects()).size).toBe(0);
    const { length } = harness.conversation.asked;
    expect(await harness.deliver(job)).toBeUndefined();
    expect(harness.conversation.asked).toHaveLength(length);
    expect((await harness.objects()).size).toBe(0);
  });

  it('that is deleted while it is fetched is not kept, and not told as stored', async () => {
    const job = await harness.message();
    let deleting: Promise<void> | undefined;
    harness.script = (asked) => {
      deleting ??= deleteMessage(job);
      return honest(harness)(asked);
    };
    const { archive } = harness.dependencies;
    const { send } = archive.client;
    Object.assign(archive.client, {
      send: async (...given: unknown[]) => {
        // The deletion has run to its end before the file is stored.
        await deleting;
        return Reflect.apply(send, archive.client, given);
      },
    });
    await harness.deliver(job);
    Object.assign(archive.client, { send });
    expect((await harness.objects()).size).toBe(0);
    expect(await harness.heard()).toEqual([]);
    expect(await harness.attachment(job)).toMatchObject({ state: 'expired' });
  });

  it('whose job died after it had stored it goes with the redelivery', async () => {
    const job = await harness.message();
    const { archive } = harness.dependencies;
    const dies = (name: string) => (name === 'PutObjectCommand' ? ('after' as const) : undefined);
    const mortal = { ...archive, client: dying(archive.client, dies) };
    const fetchMedia = mediaFetcher({ ...harness.dependencies, archive: mortal });
    await expect(fetchMedia(JSON.stringify(job), 1)).rejects.toThrow(Crash);
    await deleteMessage(job);
    await harness.deliver(job);
    expect((await harness.objects()).size).toBe(0);
  });
});
