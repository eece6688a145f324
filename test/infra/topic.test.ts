import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { defineStage, type StageInput } from '#infra/cdk/config/stage';
import { appWithStage, resourcesOf, synthesizeValidated } from './synthesis.ts';

const number = {
  connector: 'whatsapp-aws' as const,
  account: 'shop',
  address: '106540352242922',
  originationPhoneNumberId: 'phone-number-id-0123456789abcdef0123456789abcdef',
};
const theirs = 'arn:aws:sns:eu-central-1:111122223333:whatsapp';

function coreWith(...accounts: StageInput['accounts']) {
  return appWithStage(defineStage({ stage: 'test', accounts }));
}
const templateWith = (...accounts: StageInput['accounts']) =>
  Template.fromStack(coreWith(...accounts).core);

describe('a stage with a number of AWS End User Messaging', () => {
  const core = templateWith(number);

  it('has no finding of cdk-nag nor of the CloudFormation validator', () => {
    expect(() => synthesizeValidated(coreWith(number).app)).not.toThrow();
  });

  it('has a topic on which that service alone may publish, for this AWS account', () => {
    const [[, policy] = [], ...others] = resourcesOf(core, 'AWS::SNS::TopicPolicy');
    expect(others).toEqual([]);
    const statements = policy?.Properties['PolicyDocument'].Statement;
    const allowed = statements.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    expect(allowed).toEqual([
      {
        Sid: expect.any(String),
        Action: 'sns:Publish',
        Effect: 'Allow',
        Principal: { Service: 'social-messaging.amazonaws.com' },
        Resource: { Ref: expect.stringContaining('Topic') },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    const denied = statements.filter(({ Effect }: { Effect: string }) => Effect === 'Deny');
    expect(JSON.stringify(denied)).toContain('{"aws:SecureTransport":"false"}');
  });

  it('has a queue into which that topic alone may put, and which loses nothing', () => {
    const [[topic] = []] = resourcesOf(core, 'AWS::SNS::Topic');
    const [[, subscription] = [], ...others] = resourcesOf(core, 'AWS::SNS::Subscription');
    expect(others).toEqual([]);
    expect(subscription?.Properties).toMatchObject({
      Protocol: 'sqs',
      RawMessageDelivery: true,
      RedrivePolicy: { deadLetterTargetArn: expect.anything() },
      TopicArn: { Ref: topic },
    });
    const senders = resourcesOf(core, 'AWS::SQS::QueuePolicy')
      .filter(([id]) => id.startsWith('InboundWhatsappAws'))
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement)
      .filter(({ Effect }) => Effect === 'Allow');
    // The queue, and its dead letters: what SNS cannot put into the queue it puts there.
    const fromTopic = {
      Action: 'sqs:SendMessage',
      Principal: { Service: 'sns.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': { Ref: topic } } },
    };
    expect(senders).toMatchObject([fromTopic, fromTopic]);
  });

  it('tells where AWS is to publish, and where the dead letters are', () => {
    const outputs = Object.keys(core.findOutputs('*'));
    const own = ['WhatsappAwsTopicArn', 'WhatsappAwsQueueUrl', 'WhatsappAwsDeadLettersUrl'];
    expect(outputs).toEqual(expect.arrayContaining(own));
    expect(outputs.filter((name) => /Webhook/.test(name))).toEqual([]);
  });

  it('has no secret, and nobody may read one', () => {
    core.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(JSON.stringify(core.toJSON())).not.toContain('secretsmanager:');
    expect(JSON.stringify(core.toJSON())).not.toContain('secretId');
  });

  it('lets the sender alone send, the fetcher alone fetch, and from that number alone', () => {
    const granted = resourcesOf(core, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
      Properties['PolicyDocument'].Statement.filter(({ Action }: { Action: unknown }) =>
        JSON.stringify(Action).includes('social-messaging:'),
      ).map((statement: object) => ({ id, ...statement })),
    );
    expect(granted).toMatchObject([
      {
        id: expect.stringMatching(/^InboundFetchMedia/),
        Action: 'social-messaging:GetWhatsAppMessageMedia',
      },
      {
        id: expect.stringMatching(/^OutboundSend/),
        Action: [
          'social-messaging:PostWhatsAppMessageMedia',
          'social-messaging:SendWhatsAppMessage',
        ],
      },
    ]);
    for (const { Resource } of granted) {
      expect(JSON.stringify(Resource)).toMatch(
        /:phone-number-id\/0123456789abcdef0123456789abcdef"/,
      );
    }
  });

  it('lets the door put into the ingress queue and the archive’s claims, and no more', () => {
    const [[, policy] = []] = resourcesOf(core, 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith('InboundWhatsappAwsReceive'),
    );
    const actions = policy?.Properties['PolicyDocument'].Statement.flatMap(
      ({ Action }: { Action: string | string[] }) => Action,
    );
    const rest = actions.filter((action: string) => !/^(logs|xray):/.test(action));
    expect(rest.toSorted()).toEqual([
      's3:PutObject',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ]);
  });
});

describe('a topic that is there already', () => {
  it('is subscribed to, and none is made', () => {
    const core = templateWith({ ...number, topicArn: theirs });
    core.resourceCountIs('AWS::SNS::Topic', 0);
    const [[, subscription] = []] = resourcesOf(core, 'AWS::SNS::Subscription');
    expect(subscription?.Properties['TopicArn']).toBe(theirs);
    const policies = JSON.stringify(resourcesOf(core, 'AWS::SQS::QueuePolicy'));
    expect(policies).toContain(`{"ArnEquals":{"aws:SourceArn":"${theirs}"}}`);
  });

  it('is subscribed to once for all its numbers, beside our own for the others', () => {
    const given = { ...number, topicArn: theirs };
    const core = templateWith(
      number,
      { ...given, account: 'two', address: '2' },
      { ...given, account: 'three', address: '3' },
    );
    core.resourceCountIs('AWS::SNS::Topic', 1);
    core.resourceCountIs('AWS::SNS::Subscription', 2);
  });

  it('may send for a number that another AWS account shares', () => {
    const shared = 'arn:aws:social-messaging:eu-central-1:444455556666:phone-number-id/abc';
    const core = templateWith({ ...number, originationPhoneNumberId: shared });
    expect(JSON.stringify(core.toJSON())).toContain(`"Resource":"${shared}"`);
  });
});

describe('a stage without such a number', () => {
  it('has nothing of all this', () => {
    const core = Template.fromStack(appWithStage(local).core);
    core.resourceCountIs('AWS::SNS::Topic', 0);
    expect(JSON.stringify(core.toJSON())).not.toContain('social-messaging');
  });
});

describe('a number that is misconfigured', () => {
  it.each([
    [{ originationPhoneNumberId: '106540352242922' }, /originationPhoneNumberId/],
    [{ address: '+4930901820' }, /address/],
    [{ topicArn: 'whatsapp' }, /topicArn/],
    [{ metaApiVersion: '23' }, /metaApiVersion/],
  ])('%o stops the stage', (wrong, field) => {
    expect(() =>
      defineStage({ stage: 'test', accounts: [{ ...number, ...wrong }] as StageInput['accounts'] }),
    ).toThrow(field);
  });
});
