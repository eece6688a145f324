import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { ReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Names the receipt rule and the place of received mails: names only, so that the bucket may be of another stack. */
export interface ReceiptNames {
  readonly ruleSetName: string;
  readonly ruleName: string;
  readonly keyPrefix: string;
}

export interface MailReceiptProps extends ReceiptNames {
  readonly bucket: Bucket;
  /** `false` adds the rule to a set that is there already. */
  readonly createRuleSet: boolean;
  /**
   * Mailboxes, whose `+` labels match too ("this will match any form of the address with a label", SES developer guide,
   * receiving-email-receipt-rules), or whole domains.
   */
  readonly recipients: readonly string[];
}

/**
 * Takes mail from SES: stores each mail, then publishes a notification. The S3 action with a topic is the only way that
 * keeps the envelope's recipients, the results of SES's checks and mails of up to 40 MB (SES developer guide,
 * receiving-email-action-s3).
 */
export class MailReceipt extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MailReceiptProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // The policy that enforces TLS replaces the default one, and the S3 action adds no permission of its own.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: fromRule(this, props),
      }),
    );
    const s3Action = {
      bucketName: props.bucket.bucketName,
      objectKeyPrefix: props.keyPrefix,
      topicArn: this.topic.topicArn,
    };
    const rule = this.ruleSet(props).addRule('Rule', {
      receiptRuleName: props.ruleName,
      recipients: [...props.recipients],
      scanEnabled: true,
      actions: [{ bind: () => ({ s3Action }) }],
    });
    rule.node.addDependency(this.topic);
  }

  private ruleSet({ ruleSetName, createRuleSet }: MailReceiptProps) {
    return createRuleSet
      ? new ReceiptRuleSet(this, 'RuleSet', { receiptRuleSetName: ruleSetName })
      : ReceiptRuleSet.fromReceiptRuleSetName(this, 'RuleSet', ruleSetName);
  }
}

/** Lets SES, by this one rule, put mails into the bucket (receiving-email-permissions). */
export function allowReceipt(bucket: Bucket, names: ReceiptNames): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      actions: ['s3:PutObject'],
      principals: [new ServicePrincipal('ses.amazonaws.com')],
      resources: [bucket.arnForObjects(`${names.keyPrefix}*`)],
      conditions: fromRule(bucket, names),
    }),
  );
}

/** Only our rule: without the two conditions any AWS account's SES could be made our confused deputy. */
function fromRule(scope: Construct, { ruleSetName, ruleName }: ReceiptNames) {
  const { account, region, partition } = Stack.of(scope);
  const rule = `receipt-rule-set/${ruleSetName}:receipt-rule/${ruleName}`;
  return {
    StringEquals: {
      'AWS:SourceAccount': account,
      'AWS:SourceArn': `arn:${partition}:ses:${region}:${account}:${rule}`,
    },
  };
}
