import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { parsers } from '#connectors/parsers';
import type { HandleDependencies } from '#functions/normalize/handle-message';
import { normalizer } from '#functions/normalize/normalize';
import type { Archive } from '#shared/aws/objects/archive';
import type { Event } from '#shared/model/event';
import { inbox, received } from '#test/connectors/email/inbox';
import type { Emulators } from '#test/support/aws/emulators';

/** An object of the archive. */
interface Kept {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
  readonly disposition: string | undefined;
}

/** The function that reads mails, with a bucket for them and everything that it writes to. */
export interface MailHarness {
  readonly dependencies: HandleDependencies;
  /** Puts a mail into the bucket as SES does, and resolves with the message that tells of it. */
  readonly deliver: (mail: string | Uint8Array, verdicts?: object) => Promise<string>;
  readonly normalize: (body: string, dependencies?: HandleDependencies) => Promise<void>;
  /** The events since the last call. */
  readonly heard: () => Promise<Event[]>;
  /** The objects under a prefix by their keys. */
  readonly objects: (prefix: string) => Promise<ReadonlyMap<string, Kept>>;
}

let opened = 0;

export async function openMailHarness(emulators: Emulators): Promise<MailHarness> {
  opened += 1;
  const number = opened;
  const now = () => new Date('2026-11-21T10:00:00.000Z');
  const normalized = await emulators.queue(`mails-${number}.fifo`);
  const archive = await emulators.bucket(`mail-archive-${number}`);
  const mails = await emulators.bucket(`mails-${number}`);
  const dependencies = {
    archive,
    accounts: [],
    media: await emulators.queue(`mail-media-${number}`),
    target: { table: emulators.table, normalized, outbound: normalized, now },
    now,
  };
  const account = `mailbox-${number}`;
  const accounts = [
    {
      ...{ connector: 'email', account, secretId: 'x', settings: inbox },
      ...{ publicUrl: 'https://hooks.example', apiUrl: 'https://email.eu-central-1.amazonaws.com' },
    },
  ];
  return {
    dependencies,
    deliver: async (mail, verdicts = {}) => {
      const key = `inbound/${randomUUID()}`;
      await mails.client.send(new PutObjectCommand({ Bucket: mails.bucket, Key: key, Body: mail }));
      const { mail: envelope, receipt } = received(verdicts);
      const notification = { mail: { ...envelope, messageId: randomUUID() }, receipt };
      return JSON.stringify({
        ...{ connector: 'email', account, receivedAt: now().toISOString(), deduplicationId: key },
        payload: { kind: 'mail', inbox: inbox.address, notification },
        raw: { bucket: mails.bucket, key },
      });
    },
    normalize: (body, given = dependencies) => normalizer({ parsers, ...given, accounts })(body),
    heard: () => emulators.drain(normalized),
    objects: (prefix) => objectsUnder(archive, prefix),
  };
}

async function objectsUnder({ client, bucket: Bucket }: Archive, Prefix: string) {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const found = Contents.map(async ({ Key = '' }) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const kept = { bytes, contentType: head.ContentType, disposition: head.ContentDisposition };
    return [Key, kept] as const;
  });
  return new Map(await Promise.all(found));
}
