import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { mediaFetcher } from '#functions/fetch-media/fetch-media';
import type { FetchMediaDependencies } from '#functions/fetch-media/requested-file';
import { objectEraser } from '#shared/aws/objects/erase';
import { publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { readConversation, readEntry } from '#shared/aws/store/table';
import type { ChannelAttachment } from '#shared/connector/channel-event';
import { currentMessage } from '#shared/events/current-message';
import type { Attachment } from '#shared/model/attachment';
import type { Event } from '#shared/model/event';
import type { MediaJob } from '#shared/model/media-job';
import { RetryLater } from '#shared/retry-later';
import { origin, textMessage } from '#test/store/messages';
import type { Emulators } from '#test/support/aws/emulators';
import { fixedSecrets } from '#test/support/aws/fixed-secrets';
import { type Act, type Asked, json, type ScriptedMeta, startMeta } from './scripted-meta.ts';

const token = 'EAAtests';
export const picture = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.alloc(5000, 7),
]);
export const hashOf = (bytes: Uint8Array, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(bytes).digest(encoding);

const credentials = { appSecret: 'secret', verifyToken: 'verify', accessToken: token };

/** One WhatsApp account whose customers send files, Meta as a script says, and the function that fetches. */
export interface Harness {
  readonly conversation: ScriptedMeta;
  /** What Meta does with each request, until a test says otherwise. */
  script: (asked: Asked) => Act;
  readonly clock: { now: Date };
  /** A customer has sent a file, and the helpdesk has been told of the message. */
  readonly message: (attachment?: Partial<ChannelAttachment>) => Promise<MediaJob>;
  /** One delivery of a job. Resolves with the wait when it is to come again, else with nothing. */
  readonly deliver: (
    job: MediaJob,
    change?: Partial<FetchMediaDependencies> & { readonly received?: number },
  ) => Promise<number | undefined>;
  readonly attachment: (job: MediaJob) => Promise<Attachment | undefined>;
  /** What the helpdesk has heard of attachments since the last call. */
  readonly heard: () => Promise<Event[]>;
  /** Keys and bytes of the archive. */
  readonly objects: () => Promise<ReadonlyMap<string, { bytes: Buffer; contentType?: string }>>;
  readonly dependencies: FetchMediaDependencies;
  readonly stop: () => Promise<void>;
}

/** Meta as it is: the media id leads to an address on its own host, which gives the bytes to whoever has the token. */
export function honest(
  harness: Pick<Harness, 'conversation'>,
  bytes = picture,
  sha256 = hashOf(bytes),
) {
  return ({ path, authorization }: Asked): Act => {
    if (authorization !== `Bearer ${token}`) return json({ error: { code: 190 } }, 401);
    if (path.startsWith('/file')) return { status: 200, body: bytes };
    const url = `${harness.conversation.url}/file?id=${path}`;
    return json({ url, sha256, mime_type: 'image/jpeg', file_size: String(bytes.length) });
  };
}

let opened = 0;

/** Another provider than WhatsApp: its id, and the address of its files on this host. */
interface OtherProvider {
  readonly connector: string;
  readonly credentials: object;
  readonly address: string;
  /** What its account needs beside the address. */
  readonly settings?: object;
  readonly reference: (url: string) => string;
}

export async function openHarness(
  { table, queue, bucket, drain }: Emulators,
  other?: OtherProvider,
): Promise<Harness> {
  opened += 1;
  const clock = { now: new Date('2026-11-21T10:00:10.000Z') };
  const now = () => clock.now;
  const conversation = await startMeta((asked) => harness.script(asked));
  const archive = await bucket(`archive-${opened}`);
  const normalized = await queue(`normalized-${opened}.fifo`);
  const target = { table, normalized, outbound: normalized, now };
  const account = `account-${opened}`;
  const { connector = 'whatsapp' } = other ?? {};
  const dependencies: FetchMediaDependencies = {
    ...{ archive, target, now },
    eraser: objectEraser(normalized.client, archive.bucket),
    limits: { callSeconds: 20, idleSeconds: 20, fetchSeconds: 20 },
    secrets: fixedSecrets(other?.credentials ?? credentials),
    accounts: [
      {
        ...{ connector, account, secretId: account, apiUrl: conversation.url },
        publicUrl: `https://example.test/webhooks/${connector}/${account}`,
        settings: { address: other?.address ?? '106540352242922', ...other?.settings },
      },
    ],
  };
  let messages = 0;
  const harness: Harness = {
    ...{ conversation, clock, dependencies },
    script: (asked) => honest({ conversation })(asked),
    message: async (attachment = {}) => {
      messages += 1;
      const message = textMessage(`${account}-${messages}`, 'the crack', {
        attachments: [
          {
            ...{ kind: 'image', contentType: 'image/jpeg', state: 'pending' },
            ...{ providerReference: other?.reference(conversation.url) ?? '700' },
            ...(other ? {} : { sha256: hashOf(picture) }),
            ...attachment,
          },
        ],
      });
      const stored = await appendMessage(table, { ...origin, connector, account }, message);
      await publish(target, stored.conversation, stored.entry);
      const attachmentId = stored.entry.message?.attachments[0]?.id ?? '';
      return {
        conversationId: stored.conversation.id,
        sequence: stored.entry.sequence,
        attachmentId,
      };
    },
    deliver: async (job, { received = 1, ...change } = {}) => {
      try {
        await mediaFetcher({ ...dependencies, ...change })(JSON.stringify(job), received);
        return undefined;
      } catch (fault) {
        if (fault instanceof RetryLater) return fault.seconds;
        throw fault;
      }
    },
    attachment: async ({ conversationId, sequence }) => {
      const entry = await readEntry(table, conversationId, sequence);
      const conversation = await readConversation(table, conversationId);
      return entry && currentMessage(conversation, entry)?.attachments[0];
    },
    heard: async () => (await drain(normalized)).filter(({ type }) => type.includes('attachment')),
    objects: async () => {
      const { Contents = [] } = await archive.client.send(
        new ListObjectsV2Command({ Bucket: archive.bucket }),
      );
      const found = Contents.map(async ({ Key = '' }) => {
        const named = { Bucket: archive.bucket, Key };
        const { Body } = await archive.client.send(new GetObjectCommand(named));
        const { ContentType } = await archive.client.send(new HeadObjectCommand(named));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return [Key, { bytes, ...(ContentType ? { contentType: ContentType } : {}) }] as const;
      });
      return new Map(await Promise.all(found));
    },
    stop: () => conversation.stop(),
  };
  return harness;
}
