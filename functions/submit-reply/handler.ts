import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { dynamodb } from '#shared/aws/dynamodb';
import { fileLook } from '#shared/aws/objects/file-reader';
import { enqueueCommand } from '#shared/aws/queues/replies-queue';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { errorsAsHttp } from '#shared/http';
import { lambdaHandler } from '#shared/lambda-handler';
import { logFault } from '#shared/log-line';
import { SubmitReplyEnv } from './env.ts';
import { replySubmitter, type SubmitReplyDependencies, signalSubmitter } from './submit-reply.ts';

const env = readEnv(SubmitReplyEnv);
const dependencies: SubmitReplyDependencies = {
  table: { client: dynamodb, name: env.TABLE_NAME },
  settings: { accounts: env.ACCOUNTS, archiveBucket: env.ARCHIVE_BUCKET },
  look: fileLook(sqs, env.ARCHIVE_BUCKET),
  enqueue: (command, deduplicationId) =>
    enqueueCommand({ client: sqs, url: env.REPLIES_QUEUE_URL }, command, deduplicationId),
  now: () => new Date(),
};
const submitReply = replySubmitter(dependencies);
const submitSignal = signalSubmitter(dependencies);

export const handler = lambdaHandler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(errorsAsHttp(logFault))
  .handler((event) =>
    event.routeKey.endsWith('/signals') ? submitSignal(event) : submitReply(event),
  );
