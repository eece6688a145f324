import { type AwsAnswer, type AwsCall, jsonAnswer } from './aws-call.ts';

const dynamodb = 'com.amazonaws.dynamodb.v20120810#';

/** AWS's own refusals, as each service words them. */
export const faultAnswers = {
  'fails before': ({ service }: AwsCall): AwsAnswer =>
    service === 's3'
      ? xml(500, 'InternalError')
      : jsonAnswer(500, { __type: 'InternalServerError', message: 'ordered by the harness' }),
  throttle: ({ service }: AwsCall): AwsAnswer => {
    if (service === 's3') return xml(503, 'SlowDown');
    return jsonAnswer(400, {
      __type:
        service === 'dynamodb'
          ? `${dynamodb}ProvisionedThroughputExceededException`
          : 'com.amazonaws.sqs#RequestThrottled',
      message: 'ordered by the harness',
    });
  },
  /** Two transactions on one item; no emulator ever says so. */
  conflict: (call: AwsCall): AwsAnswer => {
    const items = itemsOf(call);
    return jsonAnswer(400, {
      __type: `${dynamodb}TransactionCanceledException`,
      message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
      CancellationReasons: Array.from({ length: items }, (_, index) =>
        index === items - 1
          ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
          : { Code: 'None' },
      ),
    });
  },
  'item in a transaction': (): AwsAnswer =>
    jsonAnswer(400, {
      __type: `${dynamodb}TransactionConflictException`,
      message: 'Transaction is ongoing for the item',
    }),
  'in progress': (): AwsAnswer =>
    jsonAnswer(400, {
      __type: `${dynamodb}TransactionInProgressException`,
      Message: 'The transaction with the given request token is already in progress.',
    }),
} as const;

export type AnsweredFault = keyof typeof faultAnswers;

function itemsOf({ body }: AwsCall): number {
  const { TransactItems = [] } = JSON.parse(body.toString('utf8')) as { TransactItems?: unknown[] };
  return TransactItems.length;
}

function xml(status: number, code: string): AwsAnswer {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>ordered</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}
