import { Template } from 'aws-cdk-lib/assertions';
import { type CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { beforeAll, describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { appWithStage, resourcesOf, synthesizeValidated } from './synthesis.ts';

describe('the stacks of the local stage', () => {
  let core: Template;
  let mail: Template;
  beforeAll(() => {
    const stacks = appWithStage(local);
    core = Template.fromStack(stacks.core);
    mail = Template.fromStack(stacks.mail ?? stacks.core);
  });

  it('have no finding of cdk-nag nor of the CloudFormation validator', () => {
    expect(() => synthesizeValidated(appWithStage(local).app)).not.toThrow();
  });

  it('are stopped by cdk-nag when a queue without TLS is planted', () => {
    const { app, core: stack } = appWithStage(local);
    new Queue(stack, 'Planted');
    expect(() => app.synth()).toThrow(/SQS4/);
  });

  it('are stopped by the CloudFormation validator when an impossible timeout is planted', () => {
    const { app, core: stack } = appWithStage(local);
    const { queue } = stack.queues.ingress;
    (queue.node.defaultChild as CfnQueue).visibilityTimeout = 50_000;
    expect(() => synthesizeValidated(app)).toThrow(/VisibilityTimeout|43200/);
  });

  it('have no custom resource and no function that is not ours', () => {
    for (const template of [core, mail]) {
      const types = Object.values(template.toJSON()['Resources']).map(
        (each) => (each as { Type: string }).Type,
      );
      expect(types.filter((type) => /^Custom::|CustomResource$/.test(type))).toEqual([]);
      for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
        expect(Properties['Handler'], id).toBe('index.handler');
      }
    }
    core.resourceCountIs('AWS::Lambda::Function', 15);
    mail.resourceCountIs('AWS::Lambda::Function', 1);
  });

  it('refresh tokens only where an account may have some that end', () => {
    const refreshers = (accounts: (typeof local)['accounts']) =>
      resourcesOf(
        Template.fromStack(appWithStage({ ...local, accounts }).core),
        'AWS::Lambda::Function',
      )
        .map(([id]) => id)
        .filter((id) => id.startsWith('TokensRefresh'));
    expect(refreshers(local.accounts)).toHaveLength(1);
    expect(refreshers(local.accounts.filter(({ connector }) => connector !== 'twitter'))).toEqual(
      [],
    );
  });

  it('run every function on Node 24 and arm64, traced, with a log group that forgets', () => {
    for (const template of [core, mail]) {
      for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Function')) {
        expect(Properties, id).toMatchObject({
          Runtime: 'nodejs24.x',
          Architectures: ['arm64'],
          TracingConfig: { Mode: 'Active' },
          LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
        });
      }
      for (const [id, { Properties }] of resourcesOf(template, 'AWS::Logs::LogGroup')) {
        expect(Properties['RetentionInDays'], id).toBe(1);
      }
    }
  });

  it('keep the core free of the mail stack', () => {
    expect(JSON.stringify(core.toJSON())).not.toContain('Fn::ImportValue');
    expect(JSON.stringify(mail.toJSON())).toContain('Fn::ImportValue');
  });

  it('keep the exports that the mail stack of an earlier release imports, so that neither locks the other', () => {
    const exported = Object.keys(core.findOutputs('*')).filter((name) => name.startsWith('Export'));
    for (const name of ['Arn', 'Ref']) {
      const ofIngress = exported.filter((each) => /QueuesIngressQueue/.test(each));
      expect(ofIngress.some((each) => each.includes(name))).toBe(true);
    }
  });

  it('have neither queue nor function for mail without an account for mail', () => {
    const accounts = local.accounts.filter(({ receives }) => receives !== 'mail');
    const { mail: _, ...stage } = local;
    const { core: stack, mail: none } = appWithStage({ ...stage, accounts });
    expect(none).toBeUndefined();
    const ids = Object.keys(Template.fromStack(stack).toJSON()['Resources']);
    expect(ids.filter((id) => /MailIngress|NormalizeMail/.test(id))).toEqual([]);
    const [, normalize] =
      resourcesOf(Template.fromStack(stack), 'AWS::Lambda::Function').find(([id]) =>
        id.startsWith('InboundNormalizeFunction'),
      ) ?? [];
    expect(normalize?.Properties['Environment'].Variables).not.toHaveProperty(
      'MAIL_INGRESS_QUEUE_URL',
    );
  });

  it('name their outputs for the local stack, the command line and the helpdesk', () => {
    const names = Object.keys(core.findOutputs('*')).filter((name) => !name.startsWith('Export'));
    expect(names.toSorted()).toEqual([
      'ApiUrl',
      'ArchiveBucketName',
      'IngressDeadLettersUrl',
      'IngressQueueUrl',
      'MailBucketName',
      'MailIngressDeadLettersUrl',
      'MailIngressQueueUrl',
      'MediaDeadLettersUrl',
      'MediaQueueUrl',
      'NormalizedDeadLettersUrl',
      'NormalizedQueueUrl',
      'OutboundDeadLettersUrl',
      'OutboundQueueUrl',
      'RepliesDeadLettersUrl',
      'RepliesQueueUrl',
      'StatusesDeadLettersUrl',
      'StatusesQueueUrl',
      'TableName',
      'TelegramMainWebhookUrl',
      'TwilioMainWebhookUrl',
      'TwitterMainWebhookUrl',
      'WhatsappMainWebhookUrl',
    ]);
    expect(Object.keys(mail.findOutputs('*')).toSorted()).toEqual([
      'MailDeadLettersUrl',
      'MailEventsTopicArn',
      'MailKeyPrefix',
      'MailQueueUrl',
      'MailReceivingSupportLocalhost1',
      'MailTopicArn',
    ]);
  });
});
