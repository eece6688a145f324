import { accountsVariable } from './accounts.ts';
import type { Conditions } from './conditions.ts';
import { bucketName, mailBucketName, queueNames, tableName } from './names.ts';

/**
 * The deployed order (infra/cdk/outbound.ts: attempt 15 s < function 90 s < lease 120 s < visibility 540 s), shorter,
 * so that a crash is over in seconds. An undecided reply is told of only when the clocks are put forward.
 */
export const seconds = {
  attempt: 2.5,
  functionTimeout: 8,
  /** It drains what is due until ten seconds are left. */
  sweepTimeout: 40,
  lease: 9,
  visibility: 10,
  reconcileAfter: 4,
  uncertainAfter: 900,
  /** Some slots of the account that is paced (accounts.ts), and by far not all that its load needs. */
  near: 4,
  /** A worker stands still for longer than its lease and the visibility of its messages: others can go on. */
  freeze: 14,
} as const;

/** Tries until a function sets a message aside, as deployed (infra/cdk/constructs/queues.ts). */
export const tries = {
  ...{ ingress: 20, mailIngress: 20, statuses: 20 },
  ...{ outbound: 100, replies: 20, mail: 20 },
} as const;
/** So many times as many receives until SQS does, but on `statuses`, where SQS counts. */
export const batchSize = 10;

const deadLetters = {
  ingress: queueNames.deadIngress,
  mailIngress: queueNames.deadMailIngress,
  outbound: queueNames.deadOutbound,
  replies: queueNames.deadReplies,
} as const;

/** Whose messages a function sets aside. */
const sources: Readonly<Record<string, keyof typeof deadLetters>> = {
  normalize: 'ingress',
  'normalize-mail': 'mailIngress',
  send: 'outbound',
  'accept-reply': 'replies',
};

/** The functions that normalize. */
const lanes: Readonly<Record<string, { lane: string; readQueue: string }>> & {
  readonly normalize: { lane: string; readQueue: string };
} = {
  normalize: { lane: 'ingress', readQueue: queueNames.ingress },
  'normalize-mail': { lane: 'mail', readQueue: queueNames.mailIngress },
  'normalize-statuses': { lane: 'statuses', readQueue: queueNames.statuses },
};

export function timeoutOf(functionName: string): number {
  return functionName === 'sweep' ? seconds.sweepTimeout : seconds.functionTimeout;
}

export interface EnvironmentOptions {
  readonly functionName: string;
  readonly connector?: string;
  readonly providerUrl: string;
  readonly conditions: Conditions;
}

/** What a worker finds in its environment: a function's variables, and AWS behind its own proxy. */
export function workerEnvironment(
  { functionName, connector = '', providerUrl, conditions }: EnvironmentOptions,
  proxyUrl: string,
): Record<string, string> {
  const { lane, readQueue } = lanes[functionName] ?? lanes.normalize;
  const isOfMail = functionName === 'receive-email';
  const queue = (name: string) => `${proxyUrl}/000000000000/${name}`;
  const source = sources[functionName];
  return {
    ...(source === undefined
      ? {}
      : { DEAD_LETTERS_URL: queue(deadLetters[source]), MOST_TRIES: String(tries[source]) }),
    FUNCTION_TIMEOUT_SECONDS: String(timeoutOf(functionName)),
    CONNECTOR: connector,
    ACCOUNTS: accountsVariable(providerUrl, isOfMail ? 'email' : undefined),
    TABLE_NAME: tableName,
    ARCHIVE_BUCKET: bucketName,
    MAIL_BUCKET: mailBucketName,
    MAIL_QUEUE_URL: queue(queueNames.mail),
    INGRESS_QUEUE_URL: queue(isOfMail ? queueNames.mailIngress : queueNames.ingress),
    STATUSES_QUEUE_URL: queue(queueNames.statuses),
    LANE: lane,
    QUEUE_URL: queue(readQueue),
    ...(lane === 'ingress' ? { MAIL_INGRESS_QUEUE_URL: queue(queueNames.mailIngress) } : {}),
    NORMALIZED_QUEUE_URL: queue(queueNames.normalized),
    OUTBOUND_QUEUE_URL: queue(queueNames.outbound),
    REPLIES_QUEUE_URL: queue(queueNames.replies),
    REPLIES_DEAD_LETTERS_URL: queue(queueNames.deadReplies),
    // Not there: no customer of the harness sends files.
    MEDIA_QUEUE_URL: queue('media'),
    ATTEMPT_TIMEOUT_SECONDS: String(seconds.attempt),
    UPLOAD_TIMEOUT_SECONDS: String(seconds.attempt),
    LEASE_SECONDS: String(seconds.lease),
    RECONCILE_AFTER_SECONDS: String(seconds.reconcileAfter),
    UNCERTAIN_AFTER_SECONDS: String(seconds.uncertainAfter),
    NEAR_SECONDS: String(seconds.near),
    CLOCK_OFFSET_SECONDS: String(conditions.clockOffsetSeconds),
    POWERTOOLS_SERVICE_NAME: functionName,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'faults',
    AWS_SECRET_ACCESS_KEY: 'faults',
    AWS_ENDPOINT_URL: proxyUrl,
    AWS_ENDPOINT_URL_DYNAMODB: proxyUrl,
    AWS_ENDPOINT_URL_SQS: proxyUrl,
    AWS_ENDPOINT_URL_S3: proxyUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: proxyUrl,
    // A mail leaves by SES, which is a provider like any other.
    AWS_ENDPOINT_URL_SESV2: providerUrl,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
