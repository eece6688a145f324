import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { conversationsTable } from '#shared/aws/conversations-table';
import { objectEraser } from '#shared/aws/objects/erase';
import { s3 } from '#shared/aws/objects/s3';
import { withOwnTries } from '#shared/aws/queues/own-tries';
import { batchConsumer, queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { ConnectorError } from '#shared/errors';
import { lambdaHandler } from '#shared/lambda-handler';
import { IngressEnv, NormalizeEnv } from './env.ts';
import { forwardingMail } from './forward-mail.ts';
import { type NormalizeDependencies, normalizer, type Parsers } from './normalize.ts';
import { statusNormalizer } from './normalize-statuses.ts';

type Env = ReturnType<typeof readNormalizeEnv>;
type Lane = Env['LANE'];

/**
 * Makes the handler of one lane. The bundle has the parsers given here and no others; the code is the same for all
 * lanes, deployed once for each (infra/cdk/inbound.ts). Throws `misconfigured` for a lane that the bundle cannot read.
 */
export function normalizeHandler(parsersOf: Readonly<Partial<Record<Lane, Parsers>>>) {
  const env = readNormalizeEnv();
  const parsers = parsersOf[env.LANE];
  if (!parsers) {
    const allowed = Object.keys(parsersOf).join(', ');
    throw new ConnectorError('misconfigured', `LANE: ${env.LANE}, allowed: ${allowed}`);
  }
  const dependencies = dependenciesOf(env, parsers);
  const consumer =
    env.LANE === 'statuses'
      ? batchConsumer({ client: sqs, url: env.QUEUE_URL, handle: statusNormalizer(dependencies) })
      : itemConsumer(env, dependencies);
  return lambdaHandler<SQSEvent, SQSBatchResponse>().handler(consumer);
}

function readNormalizeEnv() {
  return readEnv(NormalizeEnv);
}

function dependenciesOf(env: Env, parsers: Parsers): NormalizeDependencies {
  const now = () => new Date();
  return {
    accounts: env.ACCOUNTS,
    parsers,
    archive: { client: s3, bucket: env.ARCHIVE_BUCKET },
    media: { client: sqs, url: env.MEDIA_QUEUE_URL },
    now,
    ...(env.LANE === 'ingress' ? { ingress: { client: sqs, url: env.QUEUE_URL } } : {}),
    target: {
      table: conversationsTable(env),
      normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
      outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
      now,
      // Only items of this lane tell of deletions.
      ...(env.LANE === 'ingress' ? { eraser: objectEraser(sqs, env.ARCHIVE_BUCKET) } : {}),
    },
  };
}

/** Consumes items whose order counts. */
function itemConsumer({ QUEUE_URL: url }: Env, dependencies: NormalizeDependencies) {
  const {
    MOST_TRIES: max,
    DEAD_LETTERS_URL,
    MAIL_INGRESS_QUEUE_URL: mailUrl,
  } = readEnv(IngressEnv);
  const { parsers, now, target } = dependencies;
  const deadLetters = { client: sqs, url: DEAD_LETTERS_URL };
  const normalize = normalizer(dependencies);
  const mail = mailUrl === undefined ? undefined : { client: sqs, url: mailUrl };
  const handle = forwardingMail({ mail, parsers }, ({ body }) => normalize(body));
  return queueConsumer({
    ...{ client: sqs, url, fifo: true },
    handle: withOwnTries({ table: target.table, now, max, deadLetters }, handle),
  });
}
