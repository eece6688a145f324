import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Lets a function send SMS and MMS from these senders of AWS End User Messaging SMS, and from no other. A sender is
 * given by its ARN, or by the id of a number (`phone-…`) or of a pool (`pool-…`) of this account.
 */
export function grantSendingSms(
  scope: Construct,
  grantee: IGrantable,
  identities: readonly string[],
): void {
  if (identities.length === 0) return;
  const { partition, region, account } = Stack.of(scope);
  const arnOf = (identity: string) => {
    if (identity.startsWith('arn:')) return identity;
    const type = identity.startsWith('pool-') ? 'pool' : 'phone-number';
    return `arn:${partition}:sms-voice:${region}:${account}:${type}/${identity}`;
  };
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['sms-voice:SendTextMessage', 'sms-voice:SendMediaMessage'],
      resources: identities.map(arnOf),
    }),
  );
}
