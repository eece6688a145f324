import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Of } from '#shared/ids';
import type { Attachment } from '#shared/model/attachment';
import type { Message } from '#shared/model/message';
import { type Mailbox, openMailbox } from '#test/support/mail/mailbox';
import { msmtp } from '#test/support/mail/programs/msmtp';
import { mutt } from '#test/support/mail/programs/mutt';
import { nodemailer } from '#test/support/mail/programs/nodemailer';
import { type Letter, type MailProgram, type Way, ways } from '#test/support/mail/programs/program';
import { swaks } from '#test/support/mail/programs/swaks';
import { replyByHttp } from '#test/support/replies/replies';
import { scratchFolder } from '#test/support/runner/scratch';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

/** The programs of Debian are used where they are installed: `apt-get install swaks mutt msmtp`. */
const programs = [swaks, mutt, msmtp, nodemailer];

let stack: LocalStack;
let mailbox: Mailbox;
const folder = scratchFolder('switchboard-mail-programs-');

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
  const there = programs.map(({ name, isThere }) => `${name}${isThere ? '' : ' (not installed)'}`);
  process.stdout.write(`mail programs: ${there.join(', ')}\n`);
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Bytes of every kind, so that nothing on the way may read them as text. */
function newFile(name: string) {
  const path = join(folder, name);
  const bytes = Buffer.concat([
    Buffer.from(Array.from({ length: 256 }, (_, each) => each)),
    randomBytes(3000),
  ]);
  writeFileSync(path, bytes);
  return { path, name, sha256: sha256Of(bytes) };
}

/** The newest mail in a customer's mailbox. */
async function newestMail(maildir: string): Promise<Email> {
  const files = ['new', 'cur'].flatMap((each) =>
    readdirSync(join(maildir, each)).map((name) => join(maildir, each, name)),
  );
  const [newest = ''] = files.toSorted(
    (one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs,
  );
  return PostalMime.parse(readFileSync(newest));
}

/** The answer of somebody who reads a mail and writes the headers of the answer himself. */
function answerTo(mail: Email, way: Way): Pick<Letter, 'to' | 'subject' | 'threading'> {
  const [replyTo] = mail.replyTo ?? [];
  const address = way === 'to the From address' ? mail.from?.address : replyTo?.address;
  const { messageId: inReplyTo = '', references: before = '' } = mail;
  const threading = { inReplyTo, references: `${before} ${inReplyTo}`.trim() };
  return {
    ...{ to: address ?? '', subject: mail.subject ?? '' },
    threading: way === 'with References dropped' ? {} : threading,
  };
}

/** The mail as SES has stored it. */
async function storedMail(message: Message): Promise<Email> {
  const { s3, description } = stack;
  const Bucket = description.buckets.mail;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key = '' } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const sha256 = sha256Of(bytes);
    if (sha256 === message.raw?.sha256) return PostalMime.parse(bytes);
  }
  throw new Error(`the mail of ${message.id} is not in the bucket`);
}

/** Our copy of the one file of a message, from the place that `attachment.updated` tells. */
async function storedFile({ attachments }: Message): Promise<Uint8Array> {
  const copyIn = ({ type, data }: HeardEvent) => {
    const { attachment } = data as { attachment?: Attachment };
    const isIt = type.includes('.attachment.updated.') && attachment?.id === attachments[0]?.id;
    return isIt ? attachment : undefined;
  };
  const [event] = await stack.helpdesk.waitFor((each) => copyIn(each) !== undefined);
  const uri = event && copyIn(event)?.uri;
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri ?? '') ?? [];
  const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** The program did answer in this way: else the test would show nothing. */
function expectAnswered(answer: Email, mail: Email, way: Way): void {
  const asked = answerTo(mail, way);
  expect(answer.to?.map(({ address }) => address)).toEqual([asked.to]);
  expect(answer.inReplyTo).toBe(asked.threading.inReplyTo);
  expect(answer.references?.split(/\s+/)).toEqual(asked.threading.references?.split(/\s+/));
  expect(answer.to?.[0]?.address?.includes('+r.')).toBe(way !== 'to the From address');
}

async function messageWith(text: string): Promise<Message> {
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.data.message as Message;
}

describe.each(programs.map((program) => [program.name, program] as const))(
  '%s',
  (name, program) => {
    it.runIf(program.isThere).each(ways)('holds a conversation, answering %s', async (way) => {
      // A second attempt must not find the mails of the first.
      const from = `fred.${name}.${ways.indexOf(way)}.${randomUUID().slice(0, 8)}@customer.example`;
      const talk = conversationOf(program, from, way);
      const first = await talk.write();
      const second = await talk.answer(first, 1);
      const third = await talk.answer(second, 2);
      expect(third.conversationId).toBe(first.conversationId);
      const { sequence, customerIdentities } = await mailbox.conversation(first.conversationId);
      expect(sequence).toBe(5);
      expect(customerIdentities).toMatchObject([{ address: from }]);
    });
  },
);

/** Answers as the helpdesk does, with a file that it has put into the archive bucket. */
async function replyWithFile(
  conversationId: string,
  text: string,
  file: ReturnType<typeof newFile>,
) {
  const { s3, description, helpdesk } = stack;
  const Bucket = description.buckets.archive;
  const Key = `uploads/${randomUUID()}`;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: readFileSync(file.path) }));
  const attached = { contentType: 'application/octet-stream', fileName: file.name };
  const attachments = [{ url: `s3://${Bucket}/${Key}`, ...attached }];
  const replyId = randomUUID();
  const command = { conversationId, replyId, content: { type: 'text', text, attachments } };
  expect(await replyByHttp(stack, conversationId, command)).toMatchObject({ status: 202 });
  await helpdesk.waitFor(
    ({ type, data }) => type.includes('.delivered.') && data.replyId === replyId,
  );
}

function fileIn({ filename, content }: Email['attachments'][number]) {
  const bytes = Buffer.from(content as ArrayBuffer);
  return { name: filename, sha256: sha256Of(bytes) };
}

function conversationOf(program: MailProgram, from: string, way: Way) {
  const { smtp, mailboxes } = stack.description;
  const maildir = join(mailboxes, from);
  const turn = (number: number) => ({
    text: `Turn ${number} of ${from}`,
    file: newFile(`${number} of ${from}.bin`.replaceAll(' ', '-')),
  });
  /** The message that came of it, with the file whole. */
  const received = async ({ text, file }: ReturnType<typeof turn>): Promise<Message> => {
    const message = await messageWith(text);
    expect(message.authenticity).toMatchObject({ level: 'verified' });
    expect(message.attachments).toMatchObject([{ fileName: file.name, sha256: file.sha256 }]);
    expect(sha256Of(await storedFile(message))).toBe(file.sha256);
    return message;
  };
  return {
    write: async (): Promise<Message> => {
      const { text, file } = turn(0);
      const letter = { from, to: mailbox.address, subject: 'My router', text, threading: {} };
      await program.write({ ...letter, file: file.path }, smtp);
      return received({ text, file });
    },
    /** The helpdesk answers a message with a file; the customer answers the mail that arrived. */
    answer: async ({ conversationId }: Message, number: number): Promise<Message> => {
      const ours = newFile(`answer-${number}-to-${from}.bin`);
      await replyWithFile(conversationId, `Answer ${number} to ${from}`, ours);
      const mail = await newestMail(maildir);
      expect(mail.attachments.map(fileIn)).toEqual([{ name: ours.name, sha256: ours.sha256 }]);
      expect(mail.messageId).toMatch(/@eu-central-1\.amazonses\.com>$/);
      expect(mail.text).toContain(`Answer ${number} to ${from}`);
      const { text, file } = turn(number);
      const letter = { ...answerTo(mail, way), from, text, file: file.path };
      if (program.answer) await program.answer(letter, { maildir, way }, smtp);
      else await program.write(letter, smtp);
      const message = await received({ text, file });
      expect(message.conversationId).toBe(conversationId);
      expectAnswered(await storedMail(message), mail, way);
      return message;
    },
  };
}
