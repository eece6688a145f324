import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { tableDefinition } from '#test/support/aws/table-definition';
import { appWithStage, resourcesOf } from './synthesis.ts';

describe('what is kept', () => {
  const core = Template.fromStack(appWithStage(local).core);
  const retained = Template.fromStack(appWithStage({ ...local, removal: 'retain' }).core);

  it('the table has the keys and the sparse indexes the store is written for', () => {
    const [table] = resourcesOf(core, 'AWS::DynamoDB::GlobalTable');
    const Properties = table?.[1].Properties ?? {};
    expect(Properties).toMatchObject({
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    const indexes = (Properties['GlobalSecondaryIndexes'] as Index[]).map(
      ({ IndexName, KeySchema, Projection }) =>
        `${IndexName}: ${KeySchema.map(({ AttributeName }) => AttributeName).join(' ')} ${Projection.ProjectionType} ${Projection.NonKeyAttributes ?? ''}`.trim(),
    );
    expect(indexes).toEqual([
      'due: duePk dueAt INCLUDE dueFor',
      'dirty: dirtyPk dirtySince KEYS_ONLY',
      'inbox: inboxPk inboxSk INCLUDE status,channel,connector,account,contactId',
      'contact: contactPk contactSk KEYS_ONLY',
    ]);
    expect(Properties['GlobalSecondaryIndexes']).toEqual(
      tableDefinition('any').GlobalSecondaryIndexes,
    );
  });

  it('is found again after a deployment: a changed logical id would be a new, empty resource', () => {
    const ids = (type: string) => resourcesOf(core, type).map(([id]) => id);
    expect(ids('AWS::DynamoDB::GlobalTable')).toEqual(['StorageConversationsTable0859E7BB']);
    expect(ids('AWS::S3::Bucket')).toEqual([
      'StorageArchiveBucket9E081AB8',
      'StorageMailBucketA158F754',
    ]);
    expect(ids('AWS::SQS::Queue')).toEqual([
      'QueuesIngressDeadLetters296B4CB5',
      'QueuesIngressQueue10C740BA',
      'QueuesStatusesDeadLettersF0C51E39',
      'QueuesStatusesQueue31138FC9',
      'QueuesNormalizedDeadLetters5C8B408F',
      'QueuesNormalizedQueue65C549FA',
      'QueuesOutboundDeadLettersF9E68D3C',
      'QueuesOutboundQueueFA5F324B',
      'QueuesRepliesDeadLetters04E67C25',
      'QueuesRepliesQueueC914C739',
      'QueuesMediaDeadLettersAFFB058E',
      'QueuesMediaQueue5A45092B',
      'QueuesMailIngressDeadLettersFD2508D2',
      'QueuesMailIngressQueueE62CE8F1',
    ]);
  });

  it('buckets forget raw payloads and mails after 90 days, what is quarantined after 180', () => {
    expect(daysOf(core)).toEqual([
      ' 90',
      'claims/ 19',
      'held/ 180',
      'html/ 90',
      'incoming/ 1',
      'quarantine/ 180',
      'raw/ 90',
    ]);
  });

  it('forgets what a stage tells it to, files with the messages unless it says otherwise', () => {
    const retention = { messagesDays: 365, replyIdsDays: 30, rawDays: 10, quarantineDays: 20 };
    const stage = appWithStage({ ...local, retention }).core;
    const template = Template.fromStack(stage);
    expect(daysOf(template)).toEqual([
      ' 10',
      'claims/ 19',
      'held/ 20',
      'html/ 10',
      'incoming/ 1',
      'media/ 365',
      'quarantine/ 20',
      'raw/ 10',
      'uploads/ 365',
    ]);
    const own = appWithStage({ ...local, retention: { ...retention, filesDays: 7 } }).core;
    expect(daysOf(Template.fromStack(own))).toContain('media/ 7');
    const told = resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) =>
      Properties['Environment']?.Variables.RETENTION
        ? [[id, Properties['Environment'].Variables.RETENTION]]
        : [],
    );
    expect(new Set(told.map(([, value]) => value))).toEqual(
      new Set(['{"messagesDays":365,"replyIdsDays":30}']),
    );
    expect(told).toHaveLength(8);
  });

  it('stays when a stage that retains is deleted, and goes when it does not', () => {
    for (const type of [
      'AWS::DynamoDB::GlobalTable',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
    ]) {
      const policies = (template: Template) =>
        resourcesOf(template, type).map(([, resource]) => Reflect.get(resource, 'DeletionPolicy'));
      expect(new Set(policies(retained)), type).toEqual(new Set(['Retain']));
      expect(new Set(policies(core)), type).toEqual(new Set(['Delete']));
    }
    retained.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
    });
  });
});

/** Which prefixes are forgotten after how many days. */
function daysOf(template: Template): string[] {
  const days = resourcesOf(template, 'AWS::S3::Bucket').flatMap(([, { Properties }]) =>
    (Properties['LifecycleConfiguration'].Rules as Rule[])
      .filter((rule) => rule.ExpirationInDays)
      .map((rule) => `${rule.Prefix ?? ''} ${rule.ExpirationInDays}`),
  );
  return days.toSorted();
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: { readonly AttributeName: string }[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: string[] };
}

interface Rule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
}
