import { afterAll, beforeAll, vi } from 'vitest';
import { parsers } from '#connectors/parsers';
import { normalizer } from '#functions/normalize/normalize';
import type { Archive } from '#shared/aws/objects/archive';
import { objectEraser } from '#shared/aws/objects/erase';
import { storeMedia } from '#shared/aws/objects/media-store';
import type { PublishTarget } from '#shared/aws/publish/publish';
import { recordFiles } from '#shared/aws/publish/record-files';
import { entriesAfter, readConversation, readEntry } from '#shared/aws/store/table';
import type { WebhookItem } from '#shared/connector/webhook';
import { sha256Of } from '#shared/ids';
import type { Event } from '#shared/model/event';
import type { Entry } from '#shared/table/entry';
import { itemsOf, ownUserId } from '#test/connectors/twitter/received';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Stores, tracesOf } from '#test/support/aws/traces';

export const author = '1600000000000000002';

/** A post that mentions us, in the form of the X Activity API. */
export interface SaidPost {
  readonly id: string;
  readonly text: string;
  readonly by?: string;
  readonly name?: string;
  readonly photo?: string;
  /** A post that X sends along. */
  readonly quotes?: { readonly id: string; readonly text: string; readonly by?: string };
  readonly answers?: { readonly id: string; readonly text: string; readonly by?: string };
  /** The ids of its earlier versions. */
  readonly edits?: readonly string[];
}

export function postBody({
  id,
  text,
  by = author,
  name,
  photo,
  quotes,
  answers,
  edits,
}: SaidPost): object {
  const referenced = [
    ...(quotes ? [{ type: 'quoted', id: quotes.id }] : []),
    ...(answers ? [{ type: 'replied_to', id: answers.id }] : []),
  ];
  const tweets = [quotes, answers].flatMap((each) =>
    each ? [{ id: each.id, text: each.text, author_id: each.by ?? author }] : [],
  );
  return {
    data: {
      ...{ event_type: 'post.mention.create', event_uuid: `-${id}` },
      filter: { user_id: ownUserId },
      payload: {
        ...{ id, author_id: by, text, created_at: '2026-11-21T09:59:00.000Z' },
        ...(referenced.length > 0 ? { referenced_tweets: referenced } : {}),
        ...(edits ? { edit_history_tweet_ids: [...edits, id] } : {}),
        ...(photo ? { attachments: { media_keys: ['3_1'] } } : {}),
      },
      includes: {
        ...(name ? { users: [{ id: by, name, username: `${name}_x` }] } : {}),
        ...(tweets.length > 0 ? { tweets } : {}),
        ...(photo ? { media: [{ media_key: '3_1', type: 'photo', url: photo }] } : {}),
      },
    },
  };
}

export function deletionBody(id: string, by = author): object {
  return {
    data: {
      ...{ event_type: 'post.delete', event_uuid: `-d${id}`, filter: { user_id: ownUserId } },
      payload: { id, author_id: by },
    },
  };
}

let opened = 0;

/** The function that reads X's items, over real emulators; everything it stores can be scanned for a word. */
export async function openDeletionHarness(emulators: Emulators) {
  opened += 1;
  const account = `main-${opened}`;
  const now = () => new Date('2026-11-21T10:00:00.000Z');
  const archive = await emulators.bucket(`archive-deletion-${opened}`);
  const normalized = await emulators.queue(`normalized-deletion-${opened}.fifo`);
  const outbound = await emulators.queue(`outbound-deletion-${opened}.fifo`);
  const media = await emulators.queue(`media-deletion-${opened}`);
  const { hostname = '', port, protocol } = await endpointOf(archive);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `${protocol}//${hostname}:${port}`);
  const eraser = objectEraser(normalized.client, archive.bucket);
  const { table } = emulators;
  const target: PublishTarget = { table, normalized, outbound, now, eraser };
  const accounts = [
    {
      ...{
        connector: 'twitter',
        account,
        secretId: 'x',
        settings: { address: ownUserId, username: 'acmecare' },
      },
      ...{ publicUrl: 'https://hooks.example', apiUrl: 'https://api.example' },
    },
  ];
  const dependencies = { accounts, parsers, archive, media, now, target };
  const bodyOf = (item: WebhookItem) =>
    JSON.stringify({
      ...{ connector: 'twitter', account, receivedAt: now().toISOString() },
      ...{ deduplicationId: item.deduplicationId, payload: item.payload },
    });
  const bodiesOf = (body: object) => itemsOf(body).map(bodyOf);
  const stores: Stores = { table, buckets: [archive] };
  return {
    ...{ account, archive, dependencies, emulators, eraser, stores, target, table },
    bodiesOf,
    /** Takes what X posts through the function that reads it. */
    receive: async (body: object, given: Partial<typeof dependencies> = {}): Promise<void> => {
      for (const each of bodiesOf(body)) await normalizer({ ...dependencies, ...given })(each);
    },
    /** The events since the last call. */
    heard: (): Promise<Event[]> => emulators.drain(normalized),
    traces: (word: string) => tracesOf(word, stores),
    /** Stores bytes as the file of a message's first attachment, as the function does that fetches it. */
    storeFile: async (entry: Entry, conversationId: string, bytes: Buffer): Promise<void> => {
      const [attachment] = entry.message?.attachments ?? [];
      if (!attachment) throw new Error('the message has no file');
      const file = { sizeBytes: bytes.length, sha256: sha256Of(bytes), contentType: 'image/jpeg' };
      const uri = await storeMedia(archive, attachment.id, { ...file, file: bytes });
      const conversation = await readConversation(table, conversationId);
      const outcome = { kind: 'stored' as const, file: { ...file, uri } };
      await recordFiles(target, { conversation, entry }, [{ attachment, outcome }]);
    },
    entry: async (conversationId: string, sequence: number): Promise<Entry> => {
      const entry = await readEntry(table, conversationId, sequence);
      if (!entry) throw new Error(`no entry ${sequence}`);
      return entry;
    },
    entries: (conversationId: string) => entriesAfter(table, conversationId, 0),
  };
}
export type DeletionHarness = Awaited<ReturnType<typeof openDeletionHarness>>;

async function endpointOf({ client }: Archive) {
  const { endpoint } = client.config;
  if (!endpoint) throw new Error('no endpoint');
  return endpoint();
}

/** Opens one harness for the tests of a file, and closes it behind them. */
export function useDeletionHarness(
  assign: (harness: DeletionHarness, emulators: Emulators) => void,
): void {
  let emulators: Emulators;
  beforeAll(async () => {
    emulators = await startEmulators();
    assign(await openDeletionHarness(emulators), emulators);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await emulators.stop();
  });
}
