import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { sourceFiles } from '#test/guards/tree-rules';
import { appWithStage, resourcesOf } from './synthesis.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

describe('what each function may do', () => {
  let core: Template;
  let mail: Template;
  beforeAll(() => {
    const stacks = appWithStage(local);
    core = Template.fromStack(stacks.core);
    mail = Template.fromStack(stacks.mail ?? stacks.core);
  });

  /** What a role allows beside its own logs and traces: `action resource`, sorted. */
  function allowed(template: Template, role: string): string[] {
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith(role),
    );
    expect(policies, role).toHaveLength(1);
    return policies
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement as Statement[])
      .flatMap(({ Action, Resource }) =>
        [Action]
          .flat()
          .flatMap((action) => [Resource].flat().map((each) => `${action} ${nameOf(each)}`)),
      )
      .filter((each) => !/^(xray|logs):/.test(each))
      .toSorted();
  }

  it('a door sends to two queues and reads the secrets of its own connector', () => {
    for (const connector of ['Whatsapp', 'Twilio', 'Twitter']) {
      expect(allowed(core, `InboundReceive${connector}Role`)).toEqual([
        's3:PutObject StorageArchiveBucket/claims/*',
        `secretsmanager:GetSecretValue Accounts${connector}MainSecret`,
        'sqs:SendMessage QueuesIngressQueue',
        'sqs:SendMessage QueuesStatusesQueue',
      ]);
    }
  });

  it('what takes unsubscribe links reads one secret and sends to one queue', () => {
    expect(allowed(core, 'InboundUnsubscribeEmailRole')).toEqual([
      'secretsmanager:GetSecretValue AccountsEmailMainSecret',
      'sqs:SendMessage QueuesMailIngressQueue',
    ]);
  });

  it('no access log holds a path: that of an unsubscribe link has a customer in it', () => {
    const [[, stage] = []] = resourcesOf(core, 'AWS::ApiGatewayV2::Stage');
    const format = JSON.stringify(stage?.Properties['AccessLogSettings']);
    expect(format).toContain('$context.routeKey');
    expect(format).not.toMatch(/context\.(path|resourcePath)/);
  });

  it('the door for mail reads its own queue and sends to two', () => {
    const actions = allowed(mail, 'ReceiveEmailRole');
    expect(actions.filter((each) => !each.endsWith(' Queue'))).toEqual([
      expect.stringMatching(/^sqs:SendMessage .*QueuesMailIngressQueue/),
      expect.stringMatching(/^sqs:SendMessage .*QueuesStatusesQueue/),
    ]);
  });

  it('what reads statuses stores and publishes, sets aside, and reads neither mails nor files', () => {
    const actions = allowed(core, 'InboundNormalizeStatusesRole');
    expect(actions.filter((each) => each.startsWith('s3:'))).toEqual([
      's3:PutObject StorageArchiveBucket/quarantine/*',
    ]);
    expect(actions.filter((each) => each.startsWith('sqs:SendMessage'))).toEqual([
      'sqs:SendMessage QueuesNormalizedQueue',
      'sqs:SendMessage QueuesOutboundQueue',
    ]);
  });

  it('what reads mails, and nothing else, reads the bucket of mails', () => {
    const readers = resourcesOf(core, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes('StorageMailBucket'))
      .map(([id]) => id);
    expect(readers).toEqual([expect.stringMatching(/^InboundNormalizeMailRole/)]);
    expect(allowed(core, 'InboundNormalizeRole')).toContain(
      'sqs:SendMessage QueuesMailIngressQueue',
    );
  });

  it('what reads messages keeps them, and reads none of what it keeps', () => {
    const files = (role: string) => allowed(core, role).filter((each) => each.startsWith('s3:'));
    const kept = (folders: readonly string[]) =>
      folders.map((folder) => `s3:PutObject StorageArchiveBucket/${folder}/*`);
    const claims = 's3:GetObject StorageArchiveBucket/claims/*';
    expect(files('InboundNormalizeRole')).toEqual([claims, ...kept(['quarantine', 'raw'])]);
    expect(files('InboundNormalizeMailRole')).toEqual([
      claims,
      expect.stringMatching(/^s3:GetObject StorageMailBucket/),
      ...kept(['html', 'media', 'quarantine', 'raw']),
    ]);
  });

  it('submit-reply reads the table, the conversations of a contact and the files of replies, and writes to the replies queue', () => {
    expect(allowed(core, 'OutboundSubmitReplyRole')).toEqual([
      'dynamodb:BatchGetItem StorageConversationsTable',
      'dynamodb:GetItem StorageConversationsTable',
      'dynamodb:Query StorageConversationsTable',
      'dynamodb:Query StorageConversationsTable/index/contact',
      's3:GetObject StorageArchiveBucket/media/*',
      's3:GetObject StorageArchiveBucket/uploads/*',
      'sqs:SendMessage QueuesRepliesQueue',
    ]);
  });

  it('what refreshes tokens writes the secrets of X, and is the only one that writes any', () => {
    const actions = allowed(core, 'TokensRefreshTokensRole').filter((each) => !/^dynamodb:/.test(each));
    expect(actions).toEqual([
      'secretsmanager:GetSecretValue AccountsTwitterMainSecret',
      'secretsmanager:PutSecretValue AccountsTwitterMainSecret',
      'sqs:SendMessage QueuesNormalizedQueue',
      'sqs:SendMessage QueuesOutboundQueue',
    ]);
    const writers = resourcesOf(core, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes('PutSecretValue'))
      .map(([id]) => id);
    expect(writers).toEqual([expect.stringMatching(/^TokensRefreshTokensRole/)]);
  });

  it('the sweep reads and answers what died on the replies queue, and takes nothing from another', () => {
    const actions = allowed(core, 'OutboundSweepRole').filter((each) => each.startsWith('sqs:'));
    expect(actions).toEqual([
      'sqs:ChangeMessageVisibility QueuesRepliesDeadLetters',
      'sqs:DeleteMessage QueuesRepliesDeadLetters',
      'sqs:ReceiveMessage QueuesRepliesDeadLetters',
      'sqs:SendMessage QueuesNormalizedQueue',
      'sqs:SendMessage QueuesOutboundQueue',
    ]);
  });

  it('who works through a FIFO queue puts messages on its dead letters, and reads none there', () => {
    for (const [role, queue] of [
      ['InboundNormalize', 'Ingress'],
      ['InboundNormalizeMail', 'MailIngress'],
      ['OutboundAcceptReply', 'Replies'],
      ['OutboundSend', 'Outbound'],
    ]) {
      const dead = allowed(core, `${role}Role`).filter((each) => each.includes('DeadLetters'));
      expect(dead).toEqual([`sqs:SendMessage Queues${queue}DeadLetters`]);
    }
  });

  it('fetch-media reads the secrets of those whose files it fetches, and writes files', () => {
    const actions = allowed(core, 'InboundFetchMediaRole').filter(
      (each) => !/^dynamodb:/.test(each),
    );
    expect(actions).toEqual([
      's3:PutObject StorageArchiveBucket/media/*',
      'secretsmanager:GetSecretValue AccountsTelegramMainSecret',
      'secretsmanager:GetSecretValue AccountsTwilioMainSecret',
      'secretsmanager:GetSecretValue AccountsWhatsappMainSecret',
      ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl'].map(
        (action) => `sqs:${action} QueuesMediaQueue`,
      ),
      'sqs:ReceiveMessage QueuesMediaQueue',
      'sqs:SendMessage QueuesNormalizedQueue',
      'sqs:SendMessage QueuesOutboundQueue',
    ]);
  });

  it('whoever changes conversations may call what the store calls, and nothing else', () => {
    const source = sourceFiles(project, ['shared/aws'])
      .map(({ text }) => text)
      .join('\n');
    const calls = source.matchAll(
      /new (Get|Put|Update|Delete|Query|Scan|BatchGet|BatchWrite)Command\(/g,
    );
    const writes = source.matchAll(/\b(Put|Update|Delete|ConditionCheck): \{/g);
    const names = [...calls, ...writes].map(([, name]) =>
      name === 'Query' ? name : `${name}Item`,
    );
    const needed = [...new Set(names)].map((name) => `dynamodb:${name} StorageConversationsTable`);
    expect(needed.length).toBeGreaterThan(3);
    for (const role of [
      'InboundNormalize',
      'InboundNormalizeMail',
      'InboundNormalizeStatuses',
      'InboundFetchMedia',
      'OutboundAcceptReply',
      'OutboundSend',
    ]) {
      const granted = allowed(core, `${role}Role`)
        .filter((each) => each.startsWith('dynamodb:'))
        .filter((each) => !each.includes('/index/'));
      expect(granted, role).toEqual(needed.toSorted());
    }
    const asked = [...source.matchAll(/IndexName: '(\w+)'/g)].map(([, name]) => name ?? '');
    expect(asked.length).toBeGreaterThan(2);
    const indexesOf = (role: string) =>
      allowed(core, role).flatMap((each) => each.match(/(?<=Table\/index\/)\w+/) ?? []);
    for (const role of ['InboundNormalizeRole', 'InboundNormalizeMailRole']) {
      expect(indexesOf(role), role).toEqual(['contact']);
    }
    const others = asked.filter((name) => name !== 'contact');
    expect(others.filter((name) => !indexesOf('OutboundSweepRole').includes(name))).toEqual([]);
  });

  it('the sender reads files to send from two folders of the archive, and writes none', () => {
    const files = allowed(core, 'OutboundSendRole').filter((each) => each.startsWith('s3:'));
    expect(files).toEqual([
      's3:GetObject StorageArchiveBucket/media/*',
      's3:GetObject StorageArchiveBucket/uploads/*',
    ]);
  });

  it('only the sender may send mail, and only from the configured addresses', () => {
    const may = (role: string) => allowed(core, role).filter((each) => each.startsWith('ses:'));
    expect(may('OutboundSendRole').every((each) => /localhost|switchboard-local/.test(each))).toBe(
      true,
    );
    expect(may('OutboundSendRole')).toHaveLength(6);
    expect(may('OutboundAcceptReplyRole')).toEqual([]);
    expect(may('InboundNormalizeRole')).toEqual([]);
  });

  it('nobody scans, lists or administers', () => {
    for (const template of [core, mail]) {
      for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
        expect(JSON.stringify(Properties), id).not.toMatch(
          /Scan|List|Create(?!LogStream)|DeleteTable|"[a-z0-9]+:\*"/,
        );
      }
    }
  });

  it('SES may write to the bucket and the topics for our rule and configuration set only', () => {
    const sourceArn = (template: Template, type: string) =>
      resourcesOf(template, type)
        .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement)
        .filter(({ Principal }) => Principal?.Service === 'ses.amazonaws.com')
        .map(({ Condition }) => JSON.stringify(Condition));
    const bucket = sourceArn(core, 'AWS::S3::BucketPolicy');
    const topics = sourceArn(mail, 'AWS::SNS::TopicPolicy');
    expect(bucket).toHaveLength(1);
    expect(topics).toHaveLength(2);
    for (const condition of [...bucket, ...topics]) {
      expect(condition).toContain('"AWS:SourceAccount":{"Ref":"AWS::AccountId"}');
      expect(condition).toMatch(/:receipt-rule\/switchboard-local|:configuration-set\//);
    }
  });
});

/** The construct a resource belongs to, without the hash of its logical id. */
function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const id = /"(?:Ref|Fn::GetAtt)":\[?"((?!AWS::)\w+?)[0-9A-F]{8}"/.exec(text);
  const path = /"(\/[^"]*)"\]\]/.exec(text);
  return id ? `${id[1]}${path?.[1] ?? ''}` : text;
}
