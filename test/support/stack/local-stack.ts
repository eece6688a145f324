import { rmSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { StackDescription } from '#infra/local/description';
import type { Adjust } from '#infra/local/functions';
import { startStack } from '#infra/local/stack';
import { scratchFolder } from '#test/support/runner/scratch';
import { bySize } from '#test/support/runner/size';
import { type Helpdesk, openHelpdesk } from './helpdesk.ts';

/** The AWS SDK's clients for what a description names. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
}

/** A running stack as an outsider has it: its description, AWS clients, and a helpdesk that listens. */
export interface LocalStack extends Clients {
  readonly description: StackDescription;
  readonly helpdesk: Helpdesk;
  readonly stop: () => Promise<void>;
}

export function clientsOf({ region, credentials, endpoints }: StackDescription): Clients {
  const common = { region, credentials };
  return {
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}

/**
 * Starts the whole stack on free ports, in a folder of its own that goes when it stops, or in a given one that stays.
 * `adjust` changes functions before they run; `timerSeconds` is how often the sweep runs, instead of each minute.
 */
export async function startLocalStack(
  given?: string,
  stage = 'local',
  adjust?: Adjust,
  timerSeconds?: number,
): Promise<LocalStack> {
  const localDir = given ?? scratchFolder('switchboard-flow-');
  const running = await startStack({
    ...{ localDir, stage, port: 0, quiet: true, maxConcurrency },
    ...(adjust ? { adjust } : {}),
    ...(timerSeconds === undefined ? {} : { timerSeconds }),
  });
  const outsider = openLocalStack(running.stack);
  return {
    ...outsider,
    stop: async () => {
      await outsider.stop();
      await running.stop();
      if (given === undefined) rmSync(localDir, { recursive: true, force: true });
    },
  };
}

/** Two can get in each other's way. To start one costs as much as many events. */
const maxConcurrency = bySize({ small: 2, full: 5 });

/** An outsider's view of a stack that somebody else has started; `stop` only closes the view. */
export function openLocalStack(description: StackDescription): LocalStack {
  const clients = clientsOf(description);
  const helpdesk = openHelpdesk(clients.sqs, description.queues.normalized);
  return { ...clients, description, helpdesk, stop: helpdesk.close };
}
