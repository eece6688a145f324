import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Lets a function send WhatsApp messages from these numbers of AWS End User Messaging Social, and upload files for
 * them. A number is given by its ARN, or by an id of this account (`phone-number-id-…`), which the ARN has without the
 * words (service authorization reference, "AWS End User Messaging Social").
 */
export function grantSendingWhatsApp(
  scope: Construct,
  grantee: IGrantable,
  numbers: readonly string[],
): void {
  if (numbers.length === 0) return;
  const { partition, region, account } = Stack.of(scope);
  const arnOf = (number: string) =>
    number.startsWith('arn:')
      ? number
      : `arn:${partition}:social-messaging:${region}:${account}:phone-number-id/${number.replace('phone-number-id-', '')}`;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'social-messaging:SendWhatsAppMessage',
        'social-messaging:PostWhatsAppMessageMedia',
      ],
      resources: numbers.map(arnOf),
    }),
  );
}
