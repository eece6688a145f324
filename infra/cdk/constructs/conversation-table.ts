import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** An index: partition key and sort key, and the attributes it holds beside them. */
export interface IndexDefinition {
  readonly keys: readonly [string, string];
  readonly include?: readonly string[];
}

export interface ConversationTableProps {
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
}

const string = (name: string) => ({ name, type: AttributeType.STRING });

/**
 * The one table: on demand, recoverable to any second of the last 35 days. A `TableV2`, because a `Table` cannot
 * become a global table in place; with all its indexes, because a stack update changes only one.
 */
export class ConversationTable extends Construct {
  readonly table: TableV2;
  private readonly indexNames: readonly string[];

  constructor(scope: Construct, id: string, props: ConversationTableProps) {
    super(scope, id);
    this.indexNames = Object.keys(props.indexes);
    this.table = new TableV2(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: props.removalPolicy,
      deletionProtection: props.deletionProtection,
      globalSecondaryIndexes: Object.entries(props.indexes).map(indexProps),
    });
  }

  /** Reading items and one partition. */
  grantRead(grantee: IGrantable): void {
    this.grant(grantee, ['GetItem', 'BatchGetItem', 'Query']);
  }

  /**
   * Reading and writing items, alone and in transactions. Functions delete nothing: items expire by their time to live.
   */
  grantReadWrite(grantee: IGrantable): void {
    this.grantRead(grantee);
    this.grant(grantee, ['PutItem', 'UpdateItem', 'ConditionCheckItem']);
  }

  /** Asking these indexes. */
  grantQuery(grantee: IGrantable, ...asked: readonly string[]): void {
    for (const index of asked) {
      if (!this.indexNames.includes(index)) throw new Error(`the table has no index ${index}`);
      this.grant(grantee, ['Query'], `/index/${index}`);
    }
  }

  /** Reading or changing single items whose partition keys begin with this word, and no others. */
  grantItems(grantee: IGrantable, prefix: string, ...actions: readonly string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${prefix}*`] } },
      }),
    );
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

function indexProps([indexName, { keys, include }]: [
  string,
  IndexDefinition,
]): GlobalSecondaryIndexPropsV2 {
  const [partitionKey, sortKey] = keys;
  return {
    indexName,
    partitionKey: string(partitionKey),
    sortKey: string(sortKey),
    ...(include
      ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...include] }
      : { projectionType: ProjectionType.KEYS_ONLY }),
  };
}
