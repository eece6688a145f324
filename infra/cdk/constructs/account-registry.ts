import { CfnOutput, CfnParameter, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { pascalCase } from './pascal-case.ts';

interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RegisteredAccount {
  readonly connector: string;
  readonly account: string;
  /** True when the provider calls us: then the URL to register there is an output of the stack. */
  readonly hasWebhook: boolean;
  /** True when the provider knows us by credentials; AWS knows our functions by their roles. */
  readonly hasSecret: boolean;
  /** The provider's real API, which a deployer may replace. */
  readonly defaultApiUrl: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** In place of the pace that the connector declares. */
  readonly pacing?: Pace;
  /** The same for replies in public conversations. */
  readonly publicPacing?: Pace;
  /** In place of prices that the connector declares. */
  readonly prices?: object;
  /** What counts as personal data in public replies. */
  readonly personalData?: object;
}

export interface AccountRegistryProps {
  readonly stage: string;
  /** The URL under which providers reach `/webhooks/…`. */
  readonly publicBaseUrl: string;
  readonly accounts: readonly RegisteredAccount[];
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The provider accounts of a stage: a secret for each that needs one, one parameter for each connector's API, and
 * the list that functions find in their environment.
 */
export class AccountRegistry extends Construct {
  private readonly props: AccountRegistryProps;
  private readonly secrets = new Map<RegisteredAccount, CfnSecret>();
  private readonly apiUrls = new Map<string, CfnParameter>();

  constructor(scope: Construct, id: string, props: AccountRegistryProps) {
    super(scope, id);
    this.props = props;
    for (const account of props.accounts) {
      if (account.hasSecret) this.secrets.set(account, this.createSecret(account));
      if (!this.apiUrls.has(account.connector)) {
        this.apiUrls.set(account.connector, this.createApiUrl(account));
      }
      if (account.hasWebhook) this.outputWebhookUrl(account);
    }
  }

  /** The `ACCOUNTS` variable: every account, or those of one connector. */
  variable(connector?: string): string {
    const listed = this.of(connector).map((each) => ({
      connector: each.connector,
      account: each.account,
      publicUrl: this.publicUrl(each),
      apiUrl: this.apiUrls.get(each.connector)?.valueAsString,
      ...(each.hasSecret ? { secretId: this.secretName(each) } : {}),
      settings: each.settings,
      ...(each.pacing ? { pacing: each.pacing } : {}),
      ...(each.publicPacing ? { publicPacing: each.publicPacing } : {}),
      ...(each.prices ? { prices: each.prices } : {}),
      ...(each.personalData ? { personalData: each.personalData } : {}),
    }));
    return Stack.of(this).toJsonString(listed);
  }

  /** Lets `grantee` read the secrets of every account, or of one connector's; not describe, not change them. */
  grantSecrets(grantee: IGrantable, connector?: string): void {
    this.grant(grantee, 'secretsmanager:GetSecretValue', connector);
  }

  /** Lets `grantee` give the secrets of one connector's accounts a new value. */
  grantReplacingSecrets(grantee: IGrantable, connector: string): void {
    this.grant(grantee, 'secretsmanager:PutSecretValue', connector);
  }

  private grant(grantee: IGrantable, action: string, connector?: string): void {
    const resources = this.of(connector).flatMap((each) => this.secrets.get(each)?.ref ?? []);
    if (resources.length === 0) return;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: [action], resources }),
    );
  }

  private of(connector?: string): readonly RegisteredAccount[] {
    return this.props.accounts.filter((each) => !connector || each.connector === connector);
  }

  private publicUrl({ connector, account }: RegisteredAccount): string {
    return `${this.props.publicBaseUrl}/webhooks/${connector}/${account}`;
  }

  private outputWebhookUrl(account: RegisteredAccount): void {
    new CfnOutput(Stack.of(this), `${outputPrefix(account)}WebhookUrl`, {
      description: `What to register at the provider of ${account.connector}/${account.account}`,
      value: this.publicUrl(account),
    });
  }

  private secretName({ connector, account }: RegisteredAccount): string {
    return `switchboard/${this.props.stage}/${connector}/${account}`;
  }

  /**
   * Made here and not only referred to: so a role can name the secret exactly, it leaves with the stack, and only its
   * value is missing. It has no value on purpose: a generated placeholder would stay as the previous version of the
   * first real value, and webhook endpoints try the previous version too.
   */
  private createSecret(account: RegisteredAccount): CfnSecret {
    const secret = new CfnSecret(this, `${outputPrefix(account)}Secret`, {
      name: this.secretName(account),
      description: `Credentials of ${account.connector}/${account.account}, as JSON`,
    });
    secret.applyRemovalPolicy(this.props.removalPolicy);
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The provider issues these credentials: only its console can make new ones.',
    });
    return secret;
  }

  private createApiUrl({ connector, defaultApiUrl }: RegisteredAccount): CfnParameter {
    return new CfnParameter(Stack.of(this), `${pascalCase(connector)}ApiUrl`, {
      default: defaultApiUrl,
      description: `Where the API of ${connector} is; without a slash at the end`,
      allowedPattern: 'https?://.*[^/]',
    });
  }
}

/** `whatsapp/my-shop` becomes `WhatsappMyShop`. */
function outputPrefix({ connector, account }: RegisteredAccount): string {
  return pascalCase(`${connector}-${account}`);
}
