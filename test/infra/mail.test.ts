import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { defineStage, type StageInput } from '#infra/cdk/config/stage';
import { appWithStage, resourcesOf, synthesizeValidated } from './synthesis.ts';

const email = (address: string, more: object = {}) => ({
  ...{ connector: 'email' as const, account: address.replace(/\W+/g, '-'), address },
  ...more,
});
const help = email('help@shop.example');

function stageWith(
  mail: Partial<NonNullable<StageInput['mail']>> = {},
  accounts: StageInput['accounts'] = [help],
  more: Partial<StageInput> = {},
) {
  return defineStage({ stage: 'test', accounts, mail: { ruleSetName: 'rules', ...mail }, ...more });
}

function mailOf(...given: Parameters<typeof stageWith>) {
  const { mail } = appWithStage(stageWith(...given));
  if (!mail) throw new Error('no mail stack');
  return { stack: mail, template: Template.fromStack(mail) };
}

const recipientsOf = (template: Template) =>
  resourcesOf(template, 'AWS::SES::ReceiptRule').map(
    ([, { Properties }]) => Properties['Rule'].Recipients,
  );

const outputsOf = (template: Template, prefix: string) =>
  Object.entries(template.findOutputs('*'))
    .filter(([name]) => name.startsWith(prefix))
    .map(([, { Value }]) => (typeof Value === 'string' ? Value : JSON.stringify(Value)));

describe('the receipt rule', () => {
  it('takes the mailboxes of the accounts, where their answers go too, and nothing else of the domain', () => {
    const { stack, template } = mailOf({}, [
      help,
      email('sales+eu@shop.example', { replyDomain: 'replies.shop.example' }),
    ]);
    expect(recipientsOf(template)).toEqual([
      ['help@shop.example', 'sales@shop.example', 'sales@replies.shop.example'],
    ]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('takes whole domains where that is asked for, with a warning', () => {
    const { stack, template } = mailOf({ wholeDomains: true });
    expect(recipientsOf(template)).toEqual([['shop.example']]);
    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('every mail to shop.example is taken'),
    );
    expect(warnings).toHaveLength(1);
  });
});

describe('the alarms', () => {
  it('tell of a mail that SES cannot hand over, and of one that it has given up', () => {
    const arn = 'arn:aws:sns:eu-central-1:111122223333:on-call';
    const { template } = mailOf({}, [help], { alarmTopicArn: arn });
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
      ([, each]) => each.Properties,
    );
    expect(alarms.map((each) => each['MetricName']).toSorted()).toEqual([
      'PublishExpired',
      'PublishFailure',
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        Namespace: 'AWS/SES',
        Dimensions: [{ Name: 'RuleName', Value: 'switchboard-test' }],
        ...{ Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
        AlarmActions: [arn],
      });
    }
  });

  it('tell nobody where no topic is named, and a topic that is none is refused', () => {
    const alarms = resourcesOf(mailOf().template, 'AWS::CloudWatch::Alarm');
    for (const [, { Properties }] of alarms) expect(Properties).not.toHaveProperty('AlarmActions');
    expect(() => stageWith({}, [help], { alarmTopicArn: 'on-call' })).toThrow(
      /alarmTopicArn: given/,
    );
  });
});

describe('the domains', () => {
  const identity = { domain: 'shop.example', mailFrom: 'bounce.shop.example' };
  const hostedZoneId = 'Z0123456789ABC';

  it('are known to SES already unless the stage says otherwise; the record that brings mail is told', () => {
    const { template } = mailOf();
    template.resourceCountIs('AWS::SES::EmailIdentity', 0);
    expect(outputsOf(template, 'MailRecord')).toEqual([]);
    expect(outputsOf(template, 'MailReceiving').join()).toMatch(/MX shop\.example 10 inbound-smtp/);
  });

  it('are made known with DKIM and a return path, and each record is an output', () => {
    const { template } = mailOf({ identities: [identity] });
    const [[, made] = []] = resourcesOf(template, 'AWS::SES::EmailIdentity');
    expect(made?.Properties).toMatchObject({
      EmailIdentity: 'shop.example',
      MailFromAttributes: { MailFromDomain: 'bounce.shop.example' },
      FeedbackAttributes: { EmailForwardingEnabled: false },
    });
    const records = outputsOf(template, 'MailRecord').join('\n');
    for (const token of [1, 2, 3]) {
      expect(records).toMatch(
        new RegExp(`CNAME .*DkimDNSTokenName${token}.*DkimDNSTokenValue${token}`),
      );
    }
    expect(records).toMatch(/MX bounce\.shop\.example 10 feedback-smtp/);
    expect(records).toContain('TXT bounce.shop.example "v=spf1 include:amazonses.com ~all"');
    expect(records).toContain('TXT _dmarc.shop.example "v=DMARC1; p=quarantine"');
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
  });

  it('get their records in the zone that is named, but never the one that takes over all mail', () => {
    const { template } = mailOf({ identities: [{ ...identity, hostedZoneId }] });
    const records = resourcesOf(template, 'AWS::Route53::RecordSet').map(
      ([, each]) => each.Properties,
    );
    expect(records.map((each) => each['Type'])).toEqual(['CNAME', 'CNAME', 'CNAME', 'MX', 'TXT']);
    expect(new Set(records.map((each) => each['HostedZoneId']))).toEqual(new Set([hostedZoneId]));
    expect(records.some((each) => each['Name'] === 'shop.example')).toBe(false);
  });

  it('leave to do only what the stack does not enter, by the names of the outputs and their descriptions', () => {
    const { template } = mailOf({ identities: [{ ...identity, hostedZoneId }] });
    expect(outputsOf(template, 'MailRecord')).toEqual([
      'TXT _dmarc.shop.example "v=DMARC1; p=quarantine"',
    ]);
    expect(outputsOf(template, 'MailEntered')).toHaveLength(5);
    for (const [name, { Description = '' }] of Object.entries(template.findOutputs('*'))) {
      if (/^Mail(?:Record|Receiving)/.test(name))
        expect(Description).toMatch(/^To enter in the DNS/);
      if (name.startsWith('MailEntered'))
        expect(Description).toMatch(/by this stack, nothing to do/);
    }
  });

  it.each(['bounce.other.com', 'shop.example', 'bounceshop.example'])(
    'have a return path below their own name: %s is refused',
    (mailFrom) => {
      expect(() => stageWith({ identities: [{ domain: 'shop.example', mailFrom }] })).toThrow(
        `mail.identities[0].mailFrom: given "${mailFrom}"; allowed: a subdomain of shop.example, as bounce.shop.example`,
      );
    },
  );

  it('have no finding of cdk-nag nor of the CloudFormation validator', () => {
    const stage = stageWith({ identities: [{ ...identity, hostedZoneId }], wholeDomains: true });
    expect(() => synthesizeValidated(appWithStage(stage).app)).not.toThrow();
  });
});
