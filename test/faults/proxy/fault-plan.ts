import type { Conditions } from '#test/faults/conditions';
import type { Random } from '#test/faults/random';
import type { AwsCall } from './aws-call.ts';
import type { AnsweredFault } from './fault-answers.ts';

export type ProxyFault =
  | AnsweredFault
  /** Done, and the answer never arrives. */
  | 'commit then reset'
  | 'delay'
  /** `SendMessageBatch` answers 200 and names some entries under `Failed`. */
  | 'part of the batch'
  /** The five minutes of FIFO deduplication have passed. */
  | 'deduplication over';

export interface FaultPlan {
  readonly next: (call: AwsCall, storm: Storm | undefined) => ProxyFault | undefined;
}

/** What one invocation finds broken from its first call to its last. */
export type Storm = 'events not taken' | 'table throttled';

/** Probabilities per call, of a thousand. */
const perThousand: Readonly<Record<string, readonly (readonly [ProxyFault, number])[]>> = {
  dynamodb: [
    ['fails before', 4],
    ['throttle', 5],
    ['commit then reset', 6],
    ['delay', 5],
  ],
  'dynamodb:TransactWriteItems': [
    ['conflict', 25],
    ['in progress', 15],
    ['commit then reset', 25],
  ],
  'dynamodb:UpdateItem': [['item in a transaction', 3]],
  sqs: [
    ['fails before', 8],
    ['throttle', 4],
    ['commit then reset', 12],
    ['delay', 5],
    ['deduplication over', 150],
  ],
  'sqs:SendMessageBatch': [['part of the batch', 50]],
  s3: [
    ['fails before', 10],
    ['commit then reset', 10],
    ['throttle', 5],
  ],
  secretsmanager: [
    ['fails before', 20],
    ['delay', 20],
  ],
};

/** Decides for each call whether it goes wrong, and how. */
export function faultPlan(random: Random, conditions: Conditions): FaultPlan {
  return {
    next: (call, storm) => {
      if (conditions.forgetful && call.service === 'sqs') return 'deduplication over';
      if (conditions.rate === 0) return undefined;
      if (isInStorm(call, storm)) return call.service === 'sqs' ? 'fails before' : 'throttle';
      return drawn(call, (random.next() * 1000) / conditions.rate);
    },
  };
}

function drawn({ service, action }: AwsCall, draw: number): ProxyFault | undefined {
  let sum = 0;
  const possible = [
    ...(perThousand[service] ?? []),
    ...(perThousand[`${service}:${action}`] ?? []),
  ];
  return possible.find(([, weight]) => {
    sum += weight;
    return draw < sum;
  })?.[0];
}

function isInStorm({ service, action, body }: AwsCall, storm: Storm | undefined): boolean {
  if (storm === 'table throttled') return service === 'dynamodb';
  if (storm !== 'events not taken' || service !== 'sqs') return false;
  return action === 'SendMessage' && body.includes('normalized.fifo');
}
