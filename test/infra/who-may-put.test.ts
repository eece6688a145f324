import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AnyPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { defineStage } from '#infra/cdk/config/stage';
import { appWithStage, resourcesOf } from './synthesis.ts';

const policies = ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy'];

interface Statement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function statementsIn(stack: Stack): Statement[] {
  const template = Template.fromStack(stack);
  return policies
    .filter((type) => Object.keys(template.findResources(type)).length > 0)
    .flatMap((type) => resourcesOf(template, type))
    .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement as Statement[]);
}

/** What somebody else may do to a topic, a queue or a bucket: all but one AWS service, for one source of ours. */
function open(stack: Stack): Statement[] {
  return statementsIn(stack)
    .filter(({ Effect }) => Effect === 'Allow')
    .filter(({ Principal, Condition = {} }) => {
      const service = (Principal as { Service?: unknown }).Service;
      const tested = ['StringEquals', 'ArnEquals'].flatMap((test) =>
        Object.keys(Condition[test] ?? {}),
      );
      const narrow = tested.some((key) => /^aws:source(account|arn)$/i.test(key));
      return typeof service !== 'string' || !narrow;
    });
}

const withTopic = () =>
  appWithStage(
    defineStage({
      stage: 'test',
      accounts: [
        {
          connector: 'whatsapp-aws',
          ...{ account: 'shop', address: '106540352242922' },
          originationPhoneNumberId: 'phone-number-id-0123456789abcdef0123456789abcdef',
        },
        {
          connector: 'aws-sms',
          ...{ account: 'shop', address: '+12065550100' },
          originationIdentity: 'phone-0123456789abcdef0123456789abcdef',
        },
      ],
    }),
  ).core;

function localStacks(): Stack[] {
  const { core, mail } = appWithStage(local);
  return mail ? [core, mail] : [core];
}

describe('the topics, queues and buckets that are trusted without a signature', () => {
  it('take from one AWS service each, and from that for a source of ours only', () => {
    const stacks = [...localStacks(), withTopic()];
    for (const stack of stacks) expect(open(stack)).toEqual([]);
    // Both of SES's topics, End User Messaging's two, the mail bucket, the queues behind the topics and their dead letters.
    const allowed = stacks.flatMap(statementsIn).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.length).toBeGreaterThanOrEqual(8);
  });

  /** A stack of its own: in ours cdk-nag would stop these. */
  const planted = () => new Stack(new App(), 'Planted');

  it('are noticed when everybody may publish', () => {
    const stack = planted();
    const topic = new Topic(stack, 'Topic');
    const statement = { actions: ['sns:Publish'], resources: [topic.topicArn] };
    const principals = [new AnyPrincipal()];
    topic.addToResourcePolicy(new PolicyStatement({ ...statement, principals }));
    expect(open(stack)).toHaveLength(1);
  });

  it('are noticed when a service may put for any AWS account', () => {
    const stack = planted();
    new Queue(stack, 'Queue').grantSendMessages(new ServicePrincipal('sns.amazonaws.com'));
    expect(open(stack)).toHaveLength(1);
  });
});
