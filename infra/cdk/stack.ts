import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refreshesTokens } from '#connectors/capabilities';
import { declarations, isConnectorId } from '#connectors/declarations';
import type { Declaration } from '#shared/connector/declaration';
import { indexes } from '#shared/table/keys';
import type { StageAccount } from './config/account.ts';
import { receiptNames } from './config/mail.ts';
import { bucketDays } from './config/retention.ts';
import type { Stage } from './config/stage.ts';
import { AccountRegistry, type RegisteredAccount } from './constructs/account-registry.ts';
import type { FunctionDefaults } from './constructs/bundled-function.ts';
import { allowReceipt } from './constructs/mail-receipt.ts';
import { PublicApi } from './constructs/public-api.ts';
import { Queues } from './constructs/queues.ts';
import { Storage } from './constructs/storage.ts';
import { Inbound } from './inbound.ts';
import { Outbound } from './outbound.ts';
import { TokenRefresher } from './token-refresher.ts';

export interface SwitchboardStackProps extends StackProps {
  readonly stage: Stage;
  /** The folder of the bundles, with one folder for each function. */
  readonly bundlesFolder: string;
}

/** Everything one stage deploys, but the receiving of mail. */
export class SwitchboardStack extends Stack {
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;

  constructor(scope: Construct, id: string, props: SwitchboardStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const retain = stage.removal === 'retain';
    const api = new PublicApi(this, 'Api', {
      ...stage.throttling,
      logRetention: stage.logRetentionDays,
    });
    this.accounts = new AccountRegistry(this, 'Accounts', {
      stage: stage.stage,
      publicBaseUrl: stage.publicBaseUrl ?? api.url,
      accounts: stage.accounts.map(registered),
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.queues = new Queues(this, 'Queues', {
      consumers: stage.consumers,
      receivesMail: stage.accounts.some(({ receives }) => receives === 'mail'),
    });
    this.storage = new Storage(this, 'Storage', {
      ...{ retain, indexes },
      expirationDays: bucketDays(stage),
    });
    if (stage.mail) {
      allowReceipt(this.storage.mail.bucket, receiptNames(stage.stage, stage.mail));
      this.keepExports();
    }
    const parts = {
      stage,
      api,
      accounts: this.accounts,
      queues: this.queues,
      storage: this.storage,
      defaults: functionDefaults(props),
    };
    new Inbound(this, 'Inbound', parts);
    new Outbound(this, 'Outbound', parts);
    if (stage.accounts.some(({ connector }) => refreshesTokens(connector))) {
      new TokenRefresher(this, 'Tokens', parts);
    }
    new CfnOutput(this, 'ApiUrl', { value: api.url });
  }

  /**
   * Keeps the exports that the mail stack of the release before imports. This stack is deployed first, and
   * CloudFormation refuses to remove an export that is still imported.
   */
  private keepExports(): void {
    const { queueArn, queueUrl } = this.queues.ingress.queue;
    for (const value of [queueArn, queueUrl]) this.exportValue(value);
  }
}

/** Settings that every function of a stage gets, in this stack and in the one for mail. */
export function functionDefaults({
  stage,
  bundlesFolder,
}: SwitchboardStackProps): FunctionDefaults {
  return {
    bundlesFolder,
    logRetention: stage.logRetentionDays,
    // Logs hold no customer data, and a log group that stays behind would be in the way of the next deployment.
    logRemovalPolicy: RemovalPolicy.DESTROY,
  };
}

function registered({
  connector,
  account,
  receives,
  settings,
  pacing,
  publicPacing,
  prices,
  personalData,
}: StageAccount): RegisteredAccount {
  if (!isConnectorId(connector)) throw new Error(`no connector ${connector}`);
  const declaration: Declaration = declarations[connector];
  return {
    connector,
    account,
    hasWebhook: receives === 'webhook',
    hasSecret: declaration.credentials !== undefined,
    defaultApiUrl: declaration.apiUrl,
    settings,
    ...(pacing ? { pacing } : {}),
    ...(publicPacing ? { publicPacing } : {}),
    ...(prices ? { prices } : {}),
    ...(personalData ? { personalData } : {}),
  };
}
