import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App as CdkApp, CfnOutput, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAssembly } from '#infra/local/assembly/read-assembly';
import { routesOf } from '#infra/local/http/routes';
import { type LambdaFunction as Described, functionsOf } from '#infra/local/lambda/function';
import { rateSeconds } from '#infra/local/schedule/rate';
import { timersOf } from '#infra/local/schedule/timers';
import { type App, openApp } from '#infra/local/template/app';
import { resolve, type Scope } from '#infra/local/template/resolve';

const endpoints = { sqs: 'http://127.0.0.1:4001', api: 'http://127.0.0.1:3000' };
let folder: string;
let app: App;
let functions: readonly Described[];

/** What the CDK makes of two stacks that refer to each other in every way it knows. */
function synthesize(): string {
  const code = join(folder, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => 1;');
  const outdir = join(folder, 'cdk.out');
  const context = { '@aws-cdk/core:defaultCrossStackReferences': 'weak' };
  const cdk = new CdkApp({ outdir, context });
  const core = new Stack(cdk, 'Core', { stackName: 'my-core' });
  const other = new Stack(cdk, 'Other');
  const dead = new Queue(core, 'Dead', { fifo: true });
  const queue = new Queue(core, 'Work', {
    fifo: true,
    visibilityTimeout: Duration.minutes(3),
    deadLetterQueue: { queue: dead, maxReceiveCount: 4 },
  });
  const table = new TableV2(core, 'Things', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
  });
  const secret = new Secret(core, 'Secret', { secretName: 'my/secret' });
  const provider = new CfnParameter(core, 'ProviderApiUrl', { default: 'https://api.example' });
  const api = new HttpApi(core, 'Api');
  new CfnOutput(core, 'WorkUrl', { value: queue.queueUrl, exportName: 'exported-work-url' });
  const lambda = (stack: Stack, environment: Record<string, string>) =>
    new LambdaFunction(stack, 'Handler', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(code),
      timeout: Duration.seconds(20),
      memorySize: 512,
      reservedConcurrentExecutions: 2,
      environment,
    });
  const handler = lambda(core, {
    QUEUE_URL: queue.queueUrl,
    QUEUE_NAME: queue.queueName,
    TABLE: table.tableName,
    SECRET: secret.secretArn,
    PROVIDER: provider.valueAsString,
    ADDRESS: `${api.url}webhooks`,
    JSON: core.toJsonString([{ url: api.apiEndpoint, arn: queue.queueArn }]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: how CloudFormation writes it
    SUB: Fn.sub('${AWS::Region}/${Name}/${!Kept}/${ProviderApiUrl}', { Name: 'given' }),
    PART: Fn.select(2, Fn.split(':', queue.queueArn)),
  });
  lambda(other, { WEAK: queue.queueUrl, STRONG: Fn.importValue('exported-work-url') });
  handler.addEventSource(new SqsEventSource(queue));
  api.addRoutes({ path: '/in/{account}', integration: new HttpLambdaIntegration('In', handler) });
  new Rule(core, 'Often', {
    schedule: Schedule.rate(Duration.minutes(5)),
    targets: [new LambdaTarget(handler)],
  });
  cdk.synth();
  return outdir;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'template-'));
  const stacks = readAssembly(synthesize());
  app = openApp({ stacks, endpoints, parameters: { ProviderApiUrl: 'http://127.0.0.1:9' } });
  functions = functionsOf(app);
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const workUrl = 'http://127.0.0.1:4001/000000000000/my-core-Work.fifo';

describe('a synthesized app', () => {
  it('gives its functions an environment of this machine', () => {
    expect(functions[0]?.environment).toEqual({
      QUEUE_URL: workUrl,
      QUEUE_NAME: 'my-core-Work.fifo',
      TABLE: 'my-core-Things',
      SECRET: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:my/secret-LOCAL0',
      PROVIDER: 'http://127.0.0.1:9',
      ADDRESS: 'http://127.0.0.1:3000/webhooks',
      JSON: '[{"url":"http://127.0.0.1:3000","arn":"arn:aws:sqs:eu-central-1:000000000000:my-core-Work.fifo"}]',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what CloudFormation makes of `${!Kept}`
      SUB: 'eu-central-1/given/${Kept}/http://127.0.0.1:9',
      PART: 'sqs',
    });
  });

  it('may refer from one stack to another, weakly and strongly', () => {
    expect(functions[1]?.environment).toEqual({ WEAK: workUrl, STRONG: workUrl });
  });

  it('says what Lambda would be told of a function', () => {
    expect(functions[0]).toMatchObject({
      name: 'my-core-Handler',
      handler: 'index.handler',
      timeoutSeconds: 20,
      memoryMegabytes: 512,
      reservedConcurrency: 2,
      codeDirectory: expect.stringContaining('/cdk.out/asset.'),
    });
  });

  it('says which function answers which route, and which runs how often', () => {
    expect(routesOf(app)).toMatchObject([
      { key: 'ANY /in/{account}', functionName: 'my-core-Handler', timeoutMilliseconds: 30_000 },
    ]);
    expect(timersOf(app)).toMatchObject([
      { functionName: 'my-core-Handler', expression: 'rate(5 minutes)' },
    ]);
  });

  it('has outputs, and undefined for one it has not', () => {
    expect(app.output('WorkUrl')).toBe(workUrl);
    expect(app.output('Nothing')).toBeUndefined();
  });
});

describe('resolving', () => {
  const scope: Scope = {
    ref: (name) => (name === 'AWS::NoValue' ? undefined : `ref:${name}`),
    attribute: (id, name) => `${id}.${name}`,
    exported: (name) => `exported:${name}`,
    stackOutput: (stack, name) => `${stack}/${name}`,
    composed: (text) => text,
  };

  it('leaves out what is AWS::NoValue', () => {
    const none = { Ref: 'AWS::NoValue' };
    expect(resolve({ a: none, b: [none, 1], c: { d: none } }, scope)).toEqual({ b: [1], c: {} });
  });

  it('takes an object that only looks like an intrinsic for data', () => {
    expect(resolve({ Ref: 'A', other: 1 }, scope)).toEqual({ Ref: 'A', other: 1 });
  });

  it.each(['Fn::If', 'Fn::Cidr', 'Fn::FindInMap'])('refuses %s, which it does not know', (name) => {
    expect(() => resolve({ a: [{ [name]: ['x'] }] }, scope)).toThrow(`${name} is not understood`);
  });
});

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60],
    ['rate(5 minutes)', 300],
    ['rate(2 hours)', 7200],
    ['rate(1 day)', 86_400],
    ['cron(0 12 * * ? *)', undefined],
    ['rate(soon)', undefined],
  ])('of %s is %s seconds', (expression, seconds) => {
    expect(rateSeconds(expression)).toBe(seconds);
  });
});
