import { it } from 'vitest';
import { startReaper } from '#infra/local/process/reaper';
import { startDynoxide } from '#infra/local/emulators/dynoxide';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtempSync } from 'node:fs';
import { request, Agent } from 'node:http';
const indexes = { dirty: ['dirtyPk', 'dirtySince'], inbox: ['inboxPk', 'inboxSk'], contact: ['contactPk', 'contactSk'], attention: ['attentionPk', 'attentionAt'] } as const;
it('bench', async () => {
  for (const dir of ['/dev/shm/x-', '/tmp/x-']) {
    const reaper = startReaper();
    const d = await startDynoxide(reaper, mkdtempSync(dir));
    const client = new DynamoDBClient({ endpoint: d.endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'y' }, ...(process.env.NOSIGN ? { signer: { sign: async (r: any) => { r.headers.authorization = 'AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x'; r.headers['x-amz-date'] = '20260101T000000Z'; return r; } } } : {}) });
    const doc = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    const keys = ([hash, range]: readonly [string, string]) => [{ AttributeName: hash, KeyType: 'HASH' as const }, { AttributeName: range, KeyType: 'RANGE' as const }];
    const create = (TableName: string) => client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: keys(['pk', 'sk']),
      AttributeDefinitions: ['pk', 'sk', ...Object.values(indexes).flat()].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, pair]) => ({ IndexName, KeySchema: keys(pair), Projection: { ProjectionType: 'KEYS_ONLY' } })) }));
    await create('tbl0');
    const N = 500;
    const time = async (name: string, f: (i: number) => Promise<unknown>) => { for (let i = 0; i < 50; i++) await f(10000+i); const c = process.cpuUsage(); const t = performance.now(); for (let i = 0; i < N; i++) await f(i); const u = process.cpuUsage(c); console.log(dir, name, ((performance.now() - t) / N).toFixed(2), 'cpu', ((u.user + u.system) / 1000 / N).toFixed(2)); };
    await time('put', (i) => doc.send(new PutCommand({ TableName: 'tbl0', Item: { pk: `a${i}`, sk: 'x', v: 'hello' } })));
    await time('get', (i) => doc.send(new GetCommand({ TableName: 'tbl0', Key: { pk: `a${i}`, sk: 'x' } })));
    await time('transact', (i) => doc.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: 'tbl0', Item: { pk: `b${i}`, sk: 'x', v: 'hello' } } }, { Put: { TableName: 'tbl0', Item: { pk: `c${i}`, sk: 'x', v: 'hello' } } }] })));
    const agent = new Agent({ keepAlive: true });
    const raw = (target: string, body: string) => new Promise((ok) => { const r = request(d.endpoint, { agent, method: 'POST', headers: { 'x-amz-target': `DynamoDB_20120810.${target}`, 'content-type': 'application/x-amz-json-1.0', authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x' } }, (a) => { a.resume(); a.on('end', ok); }); r.end(body); });
    await time('rawget', (i) => raw('GetItem', JSON.stringify({ TableName: 'tbl0', Key: { pk: { S: `a${i}` }, sk: { S: 'x' } } })));
    await time('rawput', (i) => raw('PutItem', JSON.stringify({ TableName: 'tbl0', Item: { pk: { S: `r${i}` }, sk: { S: 'x' } } })));
    agent.destroy();
    await d.stop(); await reaper.stop();
  }
}, 120000);
