import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Sparse: an item is in an index only while it has both attributes. */
const indexes = {
  /** Conversations whose publishing failed, by when. */
  dirty: ['dirtyPk', 'dirtySince'],
  /** Open conversations by last activity. */
  inbox: ['inboxPk', 'inboxSk'],
  /** Conversations of a contact by last activity. */
  contact: ['contactPk', 'contactSk'],
  /** Replies whose outcome must be looked after, by when. */
  attention: ['attentionPk', 'attentionAt'],
} as const;

type IndexName = keyof typeof indexes;

export interface ConversationTableProps {
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
}

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table: on demand, recoverable to any second of the last 35 days. */
export class ConversationTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: ConversationTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.deletionProtection,
    });
    for (const [indexName, [partitionKey, sortKey]] of Object.entries(indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: string(partitionKey),
        sortKey: string(sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }

  /** Reading items and one partition. */
  grantRead(grantee: IGrantable): void {
    this.grant(grantee, ['GetItem', 'BatchGetItem', 'Query']);
  }

  /** Reading and writing items, alone and in transactions. Nothing is deleted by us: what may go expires by itself. */
  grantReadWrite(grantee: IGrantable): void {
    this.grantRead(grantee);
    this.grant(grantee, ['PutItem', 'UpdateItem', 'ConditionCheckItem']);
  }

  /** Asking these indexes. */
  grantQuery(grantee: IGrantable, ...asked: readonly IndexName[]): void {
    for (const index of asked) this.grant(grantee, ['Query'], `/index/${index}`);
  }

  private grant(grantee: IGrantable, actions: readonly string[], suffix = ''): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [`${this.table.tableArn}${suffix}`],
      }),
    );
  }
}
