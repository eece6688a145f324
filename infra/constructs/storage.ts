import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ConversationTable } from './conversation-table.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface StorageProps {
  /** Whether everything stays when the stack is deleted; the table then refuses to be deleted at all. */
  readonly retain: boolean;
}

/** Where conversations, raw payloads and mails are kept. */
export class Storage extends Construct {
  readonly conversations: ConversationTable;
  /**
   * Raw items under `raw/`, HTML under `html/`, large items under `claims/`, what could not be read under
   * `quarantine/`; customers' files under `media/` and those of replies under `uploads/`: nothing deletes them, they are
   * kept as long as the conversation.
   */
  readonly archive: PrivateBucket;
  /** Mails as SES received them. */
  readonly mail: PrivateBucket;

  constructor(scope: Construct, id: string, { retain }: StorageProps) {
    super(scope, id);
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.conversations = new ConversationTable(this, 'Conversations', {
      removalPolicy,
      deletionProtection: retain,
    });
    this.archive = new PrivateBucket(this, 'Archive', {
      // Claims are read within the 4 days that a queue holds their messages, and the 14 more of its dead letters.
      expirationDays: {
        'raw/': 90,
        'html/': 90,
        'claims/': 19,
        'quarantine/': 180,
      },
      removalPolicy,
    });
    this.mail = new PrivateBucket(this, 'Mail', { expirationDays: { '': 90 }, removalPolicy });
    this.output('TableName', this.conversations.table.tableName);
    this.output('ArchiveBucketName', this.archive.bucket.bucketName);
    this.output('MailBucketName', this.mail.bucket.bucketName);
  }

  private output(name: string, value: string): void {
    new CfnOutput(Stack.of(this), name, { value });
  }
}
