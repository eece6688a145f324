import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { IngressEnv } from '#functions/normalize/env';
import { BundledFunction } from './constructs/bundled-function.ts';
import type { MessageQueue } from './constructs/message-queue.ts';
import { grantReader, type ReaderProps, readerEnvironment } from './reader.ts';

/**
 * A mail of 40 MB may need 700 MB while it is read. From this size on a function has one whole processor (Lambda
 * developer guide, "Configure Lambda function memory"), and reading takes it all.
 */
const memoryMegabytes = 1769;

/** Mails read at once: a flood of mail leaves the account's functions to the other channels. */
const maxMails = 50;

/**
 * Adds the function that reads mails: the code of normalize, in a bundle with the parsers of mail, on a queue of its own.
 * One mail at a time, so that a mail that takes all memory or time takes no other with it
 * (docs/decisions/0016-mail-has-its-own-function.md).
 */
export function addNormalizeMail(scope: Construct, props: ReaderProps, queue: MessageQueue): void {
  const { defaults, queues, storage } = props;
  const normalize = new BundledFunction(scope, 'NormalizeMail', {
    defaults,
    name: 'normalize-mail',
    description: 'Reads queued mails into canonical messages, stores and publishes them',
    env: IngressEnv,
    environment: { ...readerEnvironment(props, { lane: 'mail', queue }), ...queue.ownTries },
    memoryMegabytes,
    timeout: Duration.seconds(60),
  });
  normalize.consume(queue.queue, { batchSize: 1, maxConcurrency: maxMails });
  queue.grantSettingAside(normalize.function);
  grantReader(normalize.function, props);
  queues.media.grantSend(normalize.function);
  storage.conversations.grantQuery(normalize.function, 'contact');
  storage.archive.grant(normalize.function, 'read', 'claims/');
  for (const folder of ['raw/', 'html/', 'media/', 'quarantine/']) {
    storage.archive.grant(normalize.function, 'write', folder);
  }
  storage.mail.grant(normalize.function, 'read');
}
