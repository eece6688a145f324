import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** The numbers of AWS End User Messaging Social that these accounts name. */
export function whatsAppNumbers(
  accounts: readonly { readonly settings: Readonly<Record<string, unknown>> }[],
): readonly string[] {
  return accounts
    .map(({ settings }) => settings['originationPhoneNumberId'])
    .filter((number) => typeof number === 'string');
}

/** Lets a function send WhatsApp messages from these numbers, and upload files for them. */
export function grantSendingWhatsApp(
  scope: Construct,
  grantee: IGrantable,
  numbers: readonly string[],
): void {
  grant(scope, grantee, numbers, [
    'social-messaging:SendWhatsAppMessage',
    'social-messaging:PostWhatsAppMessageMedia',
  ]);
}

/** Lets a function have the files of customers of these numbers delivered. */
export function grantFetchingWhatsApp(
  scope: Construct,
  grantee: IGrantable,
  numbers: readonly string[],
): void {
  grant(scope, grantee, numbers, ['social-messaging:GetWhatsAppMessageMedia']);
}

/**
 * A number is given by its ARN, or by an id of this account (`phone-number-id-…`), which the ARN has without the words
 * (service authorization reference, "AWS End User Messaging Social").
 */
function grant(
  scope: Construct,
  grantee: IGrantable,
  numbers: readonly string[],
  actions: string[],
): void {
  if (numbers.length === 0) return;
  const { partition, region, account } = Stack.of(scope);
  const arnOf = (number: string) =>
    number.startsWith('arn:')
      ? number
      : `arn:${partition}:social-messaging:${region}:${account}:phone-number-id/${number.replace('phone-number-id-', '')}`;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions, resources: numbers.map(arnOf) }),
  );
}
