import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stage as local } from '#infra/config/local';
import { appWithStage, resourcesOf } from './synthesis.ts';

describe('what is kept', () => {
  const core = Template.fromStack(appWithStage(local).core);
  const retained = Template.fromStack(appWithStage({ ...local, removal: 'retain' }).core);

  it('the table has the keys and the sparse indexes the store is written for', () => {
    const [table] = resourcesOf(core, 'AWS::DynamoDB::Table');
    const Properties = table?.[1].Properties ?? {};
    expect(Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    const indexes = (Properties['GlobalSecondaryIndexes'] as Index[]).map(
      ({ IndexName, KeySchema, Projection }) =>
        `${IndexName}: ${KeySchema.map(({ AttributeName }) => AttributeName).join(' ')} ${Projection.ProjectionType}`,
    );
    expect(indexes).toEqual([
      'dirty: dirtyPk dirtySince KEYS_ONLY',
      'inbox: inboxPk inboxSk KEYS_ONLY',
      'contact: contactPk contactSk KEYS_ONLY',
      'attention: attentionPk attentionAt KEYS_ONLY',
    ]);
  });

  it('is found again after a deployment: a changed logical id would be a new, empty resource', () => {
    const ids = (type: string) => resourcesOf(core, type).map(([id]) => id);
    expect(ids('AWS::DynamoDB::Table')).toEqual(['StorageConversationsTable0859E7BB']);
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
    ]);
  });

  it('buckets forget raw payloads and mails after 90 days, what is quarantined after 180', () => {
    const days = resourcesOf(core, 'AWS::S3::Bucket').flatMap(([, { Properties }]) =>
      (Properties['LifecycleConfiguration'].Rules as Rule[])
        .filter((rule) => rule.ExpirationInDays)
        .map((rule) => `${rule.Prefix ?? ''} ${rule.ExpirationInDays}`),
    );
    expect(days.toSorted()).toEqual([
      ' 90',
      'claims/ 19',
      'html/ 90',
      'quarantine/ 180',
      'raw/ 90',
    ]);
  });

  it('stays when a stage that retains is deleted, and goes when it does not', () => {
    for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret']) {
      const policies = (template: Template) =>
        resourcesOf(template, type).map(([, resource]) => Reflect.get(resource, 'DeletionPolicy'));
      expect(new Set(policies(retained)), type).toEqual(new Set(['Retain']));
      expect(new Set(policies(core)), type).toEqual(new Set(['Delete']));
    }
    retained.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
  });
});

interface Index {
  readonly IndexName: string;
  readonly KeySchema: { readonly AttributeName: string }[];
  readonly Projection: { readonly ProjectionType: string };
}

interface Rule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
}
