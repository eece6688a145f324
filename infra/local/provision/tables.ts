import * as z from 'zod';
import { callJson, isFault } from '#infra/local/emulators/aws-call';
import type { App, ResolvedResource } from '#infra/local/template/app';
import { declared, KeySchema, TableProperties } from '#infra/local/template/declared';

const Described = z.looseObject({
  Table: z.looseObject({
    KeySchema,
    GlobalSecondaryIndexes: z.array(z.looseObject({ IndexName: z.string() })).default([]),
  }),
});

const call = (endpoint: string, action: string, body: unknown) =>
  callJson(endpoint, `DynamoDB_20120810.${action}`, body);

/**
 * Creates the tables with their indexes and their time to live. Throws when a table is there with other keys or
 * indexes: it holds data that would have to be moved. Streams are left off, they make dynoxide slower with each write.
 */
export async function provisionTables(app: App, endpoint: string): Promise<void> {
  for (const resource of app.resources('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    await provisionTable(resource, endpoint);
  }
}

async function provisionTable(resource: ResolvedResource, endpoint: string): Promise<void> {
  const table = declared(TableProperties, resource);
  const TableName = resource.identity.ref;
  const indexes = table.GlobalSecondaryIndexes.map((index) => ({
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
  }));
  try {
    await call(endpoint, 'CreateTable', {
      TableName,
      AttributeDefinitions: table.AttributeDefinitions,
      KeySchema: table.KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
    });
  } catch (fault) {
    if (!isFault(fault, 'ResourceInUseException')) throw fault;
    await refuseOtherShape(endpoint, TableName, table);
    return;
  }
  const ttl = table.TimeToLiveSpecification;
  if (!ttl) return;
  await call(endpoint, 'UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { AttributeName: ttl.AttributeName, Enabled: ttl.Enabled },
  });
}

async function refuseOtherShape(
  endpoint: string,
  TableName: string,
  wanted: ReturnType<typeof TableProperties.parse>,
): Promise<void> {
  const { Table } = Described.parse(await call(endpoint, 'DescribeTable', { TableName }));
  const shape = (table: typeof wanted | typeof Table) =>
    JSON.stringify([
      table.KeySchema,
      table.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName).toSorted(),
    ]);
  if (shape(Table) !== shape(wanted)) {
    throw new Error(
      `table ${TableName} has other keys or indexes than the template: npm start -- --fresh begins anew`,
    );
  }
}
