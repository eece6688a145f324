import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { type SmtpServer, startSmtpServer } from '#infra/local/mail/smtp-server';
import { askClock, askVerdicts } from '#infra/local/mail/verdicts';
import { inbox } from './inbox.ts';

const region = 'eu-west-1';

/** S3, SNS and SQS as the local stack has them, with a mail door in front. */
export interface LocalMail {
  readonly cloud: FauxqsServer;
  readonly endpoint: string;
  readonly door: SmtpServer;
  readonly eventsTopicArn: string;
  /** The texts of what waits in a queue. */
  readonly waiting: (queue: 'mail' | 'events') => string[];
  /** The object a notification names. */
  readonly object: (key: string) => Promise<Buffer>;
  /** Takes the results of SES's checks from the conditions of this simulator. */
  readonly followConditions: (url: string) => void;
  readonly stop: () => Promise<void>;
}

export async function startLocalMail(): Promise<LocalMail> {
  const cloud = await startFauxqs({
    port: 0,
    logger: false,
    host: '127.0.0.1',
    defaultRegion: region,
  });
  const endpoint = `http://127.0.0.1:${cloud.port}`;
  cloud.createBucket('mail');
  const topics = ['mail', 'events'].map((name) => {
    cloud.createQueue(name, { region });
    const { topicArn } = cloud.createTopic(name, { region });
    cloud.subscribe({
      topic: name,
      queue: name,
      region,
      attributes: { RawMessageDelivery: 'true' },
    });
    return topicArn;
  });
  const [topicArn = '', eventsTopicArn = ''] = topics;
  let conditions: string | undefined;
  const door = await startSmtpServer({
    port: 0,
    s3Endpoint: endpoint,
    snsEndpoint: endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    bucket: 'mail',
    keyPrefix: 'inbound/',
    topicArn,
    recipients: [inbox.address, 'sales@acme.example'],
    verdicts: () => askVerdicts(conditions),
    now: () => askClock(conditions),
  });
  return {
    cloud,
    endpoint,
    door,
    eventsTopicArn,
    waiting: (queue) => cloud.inspectQueue(queue)?.messages.ready.map(({ body }) => body) ?? [],
    object: async (key) =>
      Buffer.from(await (await fetch(`${endpoint}/mail/${key}`)).arrayBuffer()),
    followConditions: (url) => {
      conditions = url;
    },
    stop: async () => {
      await door.stop();
      await cloud.stop();
    },
  };
}
