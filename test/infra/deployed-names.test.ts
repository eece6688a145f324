import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stage as example } from '#infra/cdk/config/example';
import { stage as local } from '#infra/cdk/config/local';
import { stage as localAws } from '#infra/cdk/config/local-aws';
import { appWithStage } from './synthesis.ts';

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template has no types
  readonly Properties?: Record<string, any>;
}

interface Stack {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

/** The properties that are a name for others, or the shape of stored data. */
const lasting = /^(QueueName|TableName|BucketName|FunctionName|TopicName|RuleSetName|Name)$/;
const shape = /^(KeySchema|AttributeDefinitions|GlobalSecondaryIndexes|LocalSecondaryIndexes)$/;

/**
 * What must stay when code moves: a resource whose logical id changes is made anew, and a retained table is orphaned.
 * Logical ids with their types, names, keys and indexes, names of variables, routes, outputs and parameters.
 */
function deployedNames({ Resources, Outputs = {}, Parameters = {} }: Stack) {
  return {
    resources: Object.fromEntries(
      Object.entries(Resources)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { Type, Properties = {} }]) => [id, [Type, namesIn(Properties)]]),
    ),
    outputs: Object.fromEntries(Object.entries(Outputs).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    parameters: Object.keys(Parameters).toSorted(),
  };
}

function namesIn(properties: Record<string, unknown>) {
  const kept = Object.entries(properties).filter(
    ([name]) => lasting.test(name) || shape.test(name) || name === 'RouteKey',
  );
  const { Variables } = (properties['Environment'] ?? {}) as { Variables?: object };
  const variables = Variables ? [['variables', Object.keys(Variables).toSorted()]] : [];
  return Object.fromEntries([...kept, ...variables]);
}

const stacksOf = (stage: typeof local) => {
  const { core, mail } = appWithStage(stage);
  return [core, mail].flatMap((stack) => (stack ? [Template.fromStack(stack).toJSON()] : []));
};

describe('what a deployment is known by', () => {
  it.each([
    ['example', example],
    ['local', local],
    ['local-aws', localAws],
  ])('is the same as before: %s', async (name, stage) => {
    const found = (stacksOf(stage) as Stack[]).map(deployedNames);
    expect(found.length).toBeGreaterThan(0);
    const text = `${JSON.stringify(found, undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`./deployed-names/${name}.json`);
  });

  it('differs when a construct gets another id, an index another key, or a variable another name', () => {
    const [stack] = stacksOf(local) as [Stack];
    const before = deployedNames(stack);
    const [[tableId, table] = ['', { Type: '' }]] = Object.entries(stack.Resources).filter(
      ([, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable',
    );
    expect(table.Properties?.['GlobalSecondaryIndexes'].length).toBeGreaterThan(0);
    const { [tableId]: _, ...others } = stack.Resources;
    expect(deployedNames({ ...stack, Resources: { ...others, Moved: table } })).not.toEqual(before);
    const Properties = { ...table.Properties, GlobalSecondaryIndexes: [] };
    const reshaped = { ...stack.Resources, [tableId]: { ...table, Properties } };
    expect(deployedNames({ ...stack, Resources: reshaped })).not.toEqual(before);
    const text = JSON.stringify(stack).replaceAll('"TABLE_NAME"', '"TABLE"');
    expect(deployedNames(JSON.parse(text))).not.toEqual(before);
  });
});
