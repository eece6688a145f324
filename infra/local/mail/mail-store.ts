import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { notificationOf } from './notification.ts';
import type { ReceivedMail } from './received-mail.ts';

export interface MailStoreOptions {
  readonly s3Endpoint: string;
  readonly snsEndpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly topicArn: string;
}

export interface MailStore {
  /** Resolves when the mail is stored and the topic told; rejects when either failed. */
  readonly keep: (mail: ReceivedMail) => Promise<void>;
  readonly close: () => void;
}

/** The S3 action of a receipt rule: the object first, the notification that names it after. */
export function openMailStore(options: MailStoreOptions): MailStore {
  const { region, credentials, bucket, keyPrefix, topicArn } = options;
  const s3 = new S3Client({
    region,
    credentials,
    endpoint: options.s3Endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const sns = new SNSClient({ region, credentials, endpoint: options.snsEndpoint, maxAttempts: 1 });
  return {
    keep: async (mail) => {
      const key = `${keyPrefix}${mail.messageId}`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: mail.stored }));
      const notification = notificationOf(mail, { topicArn, bucket, keyPrefix, key });
      await sns.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: 'Amazon SES Email Receipt Notification',
          Message: JSON.stringify(notification),
        }),
      );
    },
    close: () => {
      s3.destroy();
      sns.destroy();
    },
  };
}
