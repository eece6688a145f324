import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { defineStage, type StageInput } from '#infra/cdk/config/stage';
import { appWithStage, resourcesOf } from './synthesis.ts';

const number = {
  connector: 'aws-sms' as const,
  account: 'shop',
  address: '+12065550100',
  originationIdentity: 'phone-0123456789abcdef0123456789abcdef',
};

function stageWith(...accounts: StageInput['accounts']) {
  return appWithStage(defineStage({ stage: 'test', accounts }));
}
const templateWith = (...accounts: StageInput['accounts']) =>
  Template.fromStack(stageWith(...accounts).core);

/** Everything that roles may do at AWS End User Messaging SMS. */
function granted(core: Template) {
  return resourcesOf(core, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) =>
    Properties['PolicyDocument'].Statement.filter(({ Action }: { Action: unknown }) =>
      JSON.stringify(Action).includes('sms-voice:'),
    ).map((statement: object) => ({ id, ...statement })),
  );
}

describe('a stage with a number of AWS End User Messaging SMS', () => {
  const core = templateWith(number);

  it('has no finding of cdk-nag nor of the CloudFormation validator', () => {
    expect(() => stageWith(number).app.synth()).not.toThrow();
  });

  it('has one topic, for messages and events: that service alone may publish on it', () => {
    const [[, policy] = [], ...others] = resourcesOf(core, 'AWS::SNS::TopicPolicy');
    expect(others).toEqual([]);
    const allowed = policy?.Properties['PolicyDocument'].Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    );
    expect(allowed).toMatchObject([
      {
        Action: 'sns:Publish',
        Principal: { Service: 'sms-voice.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
    expect(Object.keys(core.findOutputs('*'))).toContain('AwsSmsTopicArn');
  });

  it('gets notifications in their envelope: the time in it is the only one of a message', () => {
    const [[, subscription] = []] = resourcesOf(core, 'AWS::SNS::Subscription');
    expect(subscription?.Properties['RawMessageDelivery']).not.toBe(true);
    const whatsapp = templateWith({
      ...{ connector: 'whatsapp-aws', account: 'shop', address: '106540352242922' },
      originationPhoneNumberId: 'phone-number-id-0123456789abcdef0123456789abcdef',
    });
    const [[, other] = []] = resourcesOf(whatsapp, 'AWS::SNS::Subscription');
    expect(other?.Properties['RawMessageDelivery']).toBe(true);
  });

  it('lets the sender alone send, and from that number alone', () => {
    const all = granted(core);
    expect(all).toMatchObject([
      {
        id: expect.stringMatching(/^OutboundSend/),
        Action: ['sms-voice:SendMediaMessage', 'sms-voice:SendTextMessage'],
      },
    ]);
    expect(JSON.stringify(all[0].Resource)).toMatch(
      /:phone-number\/phone-0123456789abcdef0123456789abcdef"/,
    );
  });

  it('has no secret', () => {
    core.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });
});

describe('the sender of a number', () => {
  it.each([
    ['pool-0123abc', /:pool\/pool-0123abc"/],
    [
      'arn:aws:sms-voice:eu-central-1:111122223333:sender-id/ACME/DE',
      /"arn:aws:sms-voice:eu-central-1:111122223333:sender-id\/ACME\/DE"/,
    ],
  ])('may be %s', (originationIdentity, resource) => {
    const [statement] = granted(templateWith({ ...number, originationIdentity }));
    expect(JSON.stringify(statement.Resource)).toMatch(resource);
  });

  it.each([
    [{ originationIdentity: '+12065550100' }, /originationIdentity/],
    [{ originationIdentity: 'arn:aws:sms-voice:*:111122223333:pool/a' }, /originationIdentity/],
    [{ address: 'ACME' }, /address/],
    [{ validitySeconds: 4 }, /validitySeconds/],
    [{ topicArn: 'sms' }, /topicArn/],
  ])('that is misconfigured stops the stage: %o', (wrong, field) => {
    expect(() => stageWith({ ...number, ...wrong })).toThrow(field);
  });
});

describe('a stage without such a number', () => {
  it('has nothing of all this', () => {
    const core = Template.fromStack(appWithStage(local).core);
    expect(JSON.stringify(core.toJSON())).not.toContain('sms-voice');
  });
});
