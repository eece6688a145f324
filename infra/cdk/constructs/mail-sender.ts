import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface MailSender {
  readonly addresses: readonly string[];
  readonly configurationSets: readonly string[];
}

/**
 * Lets a function send mail from these addresses and no others. Whether SES knows an address or its whole domain
 * as an identity is the deployer's choice, so both are named; the configuration set is a resource of the same call.
 */
export function grantSendingMail(scope: Construct, grantee: IGrantable, sender: MailSender): void {
  const identities = sender.addresses.flatMap((address) => [address, address.replace(/^.*@/, '')]);
  if (identities.length === 0) return;
  const { partition, region, account } = Stack.of(scope);
  const arn = (kind: string) => (name: string) =>
    `arn:${partition}:ses:${region}:${account}:${kind}/${name}`;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['ses:SendEmail', 'ses:SendRawEmail'],
      resources: [
        ...identities.map(arn('identity')),
        ...sender.configurationSets.map(arn('configuration-set')),
      ],
    }),
  );
}
