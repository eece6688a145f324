import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { indexes } from '#shared/table/keys';

const keys = ([hash, range]: readonly [string, string]) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];

/** The conversations table as the stack has it (test/infra/storage.test.ts compares the two). */
export function tableDefinition(TableName: string) {
  const attributes = ['pk', 'sk', ...Object.values(indexes).flatMap((index) => index.keys)];
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys(['pk', 'sk']),
    AttributeDefinitions: attributes.map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
      IndexName,
      KeySchema: keys(index.keys),
      Projection:
        'include' in index
          ? { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.include] }
          : { ProjectionType: 'KEYS_ONLY' },
    })),
  } satisfies CreateTableCommandInput;
}
