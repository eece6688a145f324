import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ConversationTable, type IndexDefinition } from './conversation-table.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface StorageProps {
  /** True when everything stays after the stack is deleted; the table then refuses to be deleted at all. */
  readonly retain: boolean;
  /** Days until objects under a prefix of a bucket are deleted. */
  readonly expirationDays: Readonly<Record<'archive' | 'mail', Readonly<Record<string, number>>>>;
  /** The table's indexes. */
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
}

/** The stores of conversations, raw payloads and mails. */
export class Storage extends Construct {
  readonly conversations: ConversationTable;
  /**
   * Raw items that are not in the table under `raw/`, HTML under `html/`, large items under `claims/`, unreadable items
   * under `quarantine/`, those held back under `held/`; customers' files under `media/`, for a day under `incoming/` where a provider writes them itself, and those of
   * replies under `uploads/`.
   */
  readonly archive: PrivateBucket;
  /** Mails as SES received them. */
  readonly mail: PrivateBucket;

  constructor(scope: Construct, id: string, { retain, indexes, expirationDays }: StorageProps) {
    super(scope, id);
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.conversations = new ConversationTable(this, 'Conversations', {
      indexes,
      removalPolicy,
      deletionProtection: retain,
    });
    this.archive = new PrivateBucket(this, 'Archive', {
      expirationDays: expirationDays.archive,
      removalPolicy,
    });
    this.mail = new PrivateBucket(this, 'Mail', {
      expirationDays: expirationDays.mail,
      removalPolicy,
    });
    this.output('TableName', this.conversations.table.tableName);
    this.output('ArchiveBucketName', this.archive.bucket.bucketName);
    this.output('MailBucketName', this.mail.bucket.bucketName);
  }

  /** Lets a function delete what belongs to a deleted message (shared/aws/store/redaction). */
  grantErasing(grantee: LambdaFunction): void {
    for (const folder of ['raw/', 'html/', 'media/', 'incoming/', 'uploads/']) {
      this.archive.grant(grantee, 'erase', folder);
    }
  }

  private output(name: string, value: string): void {
    new CfnOutput(Stack.of(this), name, { value });
  }
}
