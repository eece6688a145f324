import { rmSync } from 'node:fs';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startDynoxide } from '#infra/local/emulators/dynoxide';
import { startReaper } from '#infra/local/process/reaper';
import { translation } from '#shared/aws/dynamodb';
import type { Table } from '#shared/aws/store/table';
import { tableDefinition } from '#test/support/aws/table-definition';
import { scratchFolder } from '#test/support/runner/scratch';

export type Item = Readonly<Record<string, unknown>>;

/** One DynamoDB for all runs of a file, with a table for each run: a run sees nothing of the one before. */
export interface Database {
  readonly createTable: (name: string) => Promise<Table>;
  readonly dropTable: (table: Table) => Promise<void>;
  /** Everything the table holds. */
  readonly itemsOf: (table: Table) => Promise<Item[]>;
  readonly stop: () => Promise<void>;
}

export async function startDatabase(): Promise<Database> {
  const reaper = startReaper();
  const directory = scratchFolder('model-');
  const dynoxide = await startDynoxide(reaper, directory);
  const dynamodb = new DynamoDBClient({
    endpoint: dynoxide.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const client = DynamoDBDocumentClient.from(dynamodb, translation);
  return {
    createTable: async (name) => {
      await dynamodb.send(new CreateTableCommand(tableDefinition(name)));
      return { client, name };
    },
    dropTable: async ({ name }) => {
      await dynamodb.send(new DeleteTableCommand({ TableName: name }));
    },
    itemsOf: ({ name }) => scan(client, name),
    stop: async () => {
      await dynoxide.stop();
      await reaper.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function scan(client: DynamoDBDocumentClient, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}
