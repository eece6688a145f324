import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { receivesMail } from '#connectors/capabilities';
import { UnsubscribeEnv } from '#functions/unsubscribe/env';
import { BundledFunction } from './constructs/bundled-function.ts';
import { pascalCase } from './constructs/pascal-case.ts';
import type { PublicApi } from './constructs/public-api.ts';
import type { ReaderProps } from './reader.ts';

export interface UnsubscribeProps extends ReaderProps {
  readonly api: PublicApi;
  readonly connector: string;
}

/**
 * Adds the endpoint of the unsubscribe links of one connector. Its function reads that connector's secrets, puts items
 * on one queue, and does nothing else.
 */
export function addUnsubscribe(scope: Construct, props: UnsubscribeProps): void {
  const { accounts, api, connector, defaults, queues, stage } = props;
  const queue = (receivesMail(connector) ? queues.mailIngress : undefined) ?? queues.ingress;
  const { function: unsubscribe } = new BundledFunction(
    scope,
    `Unsubscribe${pascalCase(connector)}`,
    {
      defaults,
      name: `unsubscribe-${connector}`,
      description: `Takes the unsubscribe links of ${connector} and queues what they say`,
      env: UnsubscribeEnv,
      environment: {
        CONNECTOR: connector,
        ACCOUNTS: accounts.variable(connector),
        INGRESS_QUEUE_URL: queue.url,
      },
      memoryMegabytes: 512,
      timeout: Duration.seconds(10),
      ...(stage.receiveConcurrency ? { reservedConcurrency: stage.receiveConcurrency } : {}),
    },
  );
  queue.grantSend(unsubscribe);
  accounts.grantSecrets(unsubscribe, connector);
  api.addUnsubscribe(connector, unsubscribe);
}
