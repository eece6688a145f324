import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { MailIdentity } from '#infra/cdk/config/mail';
import { pascalCase } from './pascal-case.ts';

/** One record of the DNS. */
interface DnsRecord {
  readonly type: 'CNAME' | 'MX' | 'TXT';
  readonly name: string;
  readonly value: string;
}

/**
 * Makes a domain known to SES, with Easy DKIM and a return path of its own. The records it needs go into the hosted zone,
 * where there is one. The outputs name those left to enter (`MailRecord…`) and those that are in the zone
 * (`MailEntered…`): the command line prints no descriptions.
 */
export class MailDomain extends Construct {
  constructor(scope: Construct, id: string, given: MailIdentity) {
    super(scope, id);
    const { domain, mailFrom, hostedZoneId } = given;
    const { dkimRecords } = new EmailIdentity(this, 'Identity', {
      identity: Identity.domain(domain),
      // The configuration set tells of bounces and complaints; as mails they would be told a second time.
      feedbackForwarding: false,
      ...(mailFrom ? { mailFromDomain: mailFrom } : {}),
    });
    const needed: readonly DnsRecord[] = [
      ...dkimRecords.map(({ name, value }) => ({ type: 'CNAME' as const, name, value })),
      ...(mailFrom ? returnPath(mailFrom, Stack.of(this).region) : []),
    ];
    const dmarc = {
      type: 'TXT',
      name: `_dmarc.${domain}`,
      value: '"v=DMARC1; p=quarantine"',
    } as const;
    if (hostedZoneId) {
      this.enter(needed, hostedZoneId);
      outputRecords(this, `MailEntered${domainWord(domain)}`, needed, entered);
    }
    outputRecords(this, `MailRecord${domainWord(domain)}`, [
      ...(hostedZoneId ? [] : needed),
      dmarc,
    ]);
  }

  private enter(records: readonly DnsRecord[], hostedZoneId: string): void {
    for (const [index, { type, name, value }] of records.entries()) {
      const resourceRecords = [value];
      new CfnRecordSet(this, `Record${index}`, {
        ...{ type, name, hostedZoneId, resourceRecords },
        ttl: '1800',
      });
    }
  }
}

/** The return path: SES's bounces come back there, and SPF is checked there. */
function returnPath(name: string, region: string): DnsRecord[] {
  return [
    { type: 'MX', name, value: `10 feedback-smtp.${region}.amazonses.com` },
    { type: 'TXT', name, value: '"v=spf1 include:amazonses.com ~all"' },
  ];
}

/** Says which record brings the mail of a domain to SES. It is never entered by the stack: it takes over all mail. */
export function outputReceiving(scope: Construct, domain: string): void {
  const value = `10 inbound-smtp.${Stack.of(scope).region}.amazonaws.com`;
  outputRecords(scope, `MailReceiving${domainWord(domain)}`, [{ type: 'MX', name: domain, value }]);
}

const toEnter = 'To enter in the DNS: type, name, value';
const entered = 'Entered in the hosted zone by this stack, nothing to do: type, name, value';

function outputRecords(
  scope: Construct,
  prefix: string,
  records: readonly DnsRecord[],
  description = toEnter,
): void {
  for (const [index, { type, name, value }] of records.entries()) {
    new CfnOutput(Stack.of(scope), `${prefix}${index + 1}`, {
      description,
      value: `${type} ${name} ${value}`,
    });
  }
}

function domainWord(domain: string): string {
  return pascalCase(domain.replaceAll('.', '-'));
}
