import { place } from '#infra/local/place';
import { type Endpoints, identityOf, nameProperties, type ResourceIdentity } from './identity.ts';
import { resolve, type Scope } from './resolve.ts';
import type { StackTemplate } from './template.ts';

/** The data that all stacks of an app share. */
export interface Surroundings {
  readonly stacks: readonly StackTemplate[];
  readonly endpoints: Endpoints;
  /** Override the defaults of the templates' parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}

const pseudoParameters: Readonly<Record<string, (stackName: string) => string | undefined>> = {
  'AWS::Region': () => place.region,
  'AWS::AccountId': () => place.accountId,
  'AWS::Partition': () => 'aws',
  'AWS::URLSuffix': () => 'amazonaws.com',
  'AWS::StackName': (stackName) => stackName,
  'AWS::NoValue': () => undefined,
};

/** An API's address, as `HttpApi.url` of the CDK spells it. */
const apiAddress = new RegExp(
  `https://[\\w-]+\\.execute-api\\.${place.region}\\.amazonaws\\.com`,
  'g',
);

/** The references that the templates of one stack may contain. Every look-up throws for a name that is not there. */
export function stackScope(stack: StackTemplate, surroundings: Surroundings): Scope {
  const { stacks, endpoints, parameters } = surroundings;
  const scope: Scope = {
    ref: (name) => {
      if (name.startsWith('AWS::')) return pseudoParameter(name, stack.name);
      const parameter = stack.template.Parameters[name];
      if (parameter) return parameters[name] ?? parameter.Default;
      return resourceIdentity(stack, name, scope, endpoints).ref;
    },
    attribute: (logicalId, name) => {
      const found = resourceIdentity(stack, logicalId, scope, endpoints).attributes[name];
      if (found !== undefined) return found;
      throw new Error(
        `template: ${stack.name} asks ${logicalId} for ${name}, which is not emulated`,
      );
    },
    exported: (name) => {
      for (const owner of stacks) {
        const own = stackScope(owner, surroundings);
        for (const { Value, Export } of Object.values(owner.template.Outputs)) {
          if (Export && resolve(Export.Name, own) === name) return resolve(Value, own);
        }
      }
      throw new Error(`template: ${stack.name} imports ${name}, which no stack exports`);
    },
    stackOutput: (stackName, outputName) => {
      const owner = stacks.find(({ name }) => name === stackName);
      const output = owner?.template.Outputs[outputName];
      if (owner && output) return resolve(output.Value, stackScope(owner, surroundings));
      throw new Error(`template: ${stack.name} asks for output ${stackName}.${outputName}`);
    },
    composed: (text) => text.replaceAll(apiAddress, endpoints.api),
  };
  return scope;
}

/** Name, URL and ARN of one resource of a stack. Throws when the stack has no such resource. */
export function resourceIdentity(
  stack: StackTemplate,
  logicalId: string,
  scope: Scope,
  endpoints: Endpoints,
): ResourceIdentity {
  const resource = stack.template.Resources[logicalId];
  if (!resource) throw new Error(`template: ${stack.name} refers to ${logicalId}, which it lacks`);
  const { Type: type, Properties } = resource;
  // Only what names it: two resources that mention each other elsewhere would never end.
  const naming = Object.fromEntries(nameProperties(type).map((name) => [name, Properties[name]]));
  const properties = resolve(naming, scope) as Record<string, unknown>;
  return identityOf({ type, stackName: stack.name, logicalId, properties }, endpoints);
}

function pseudoParameter(name: string, stackName: string): string | undefined {
  const parameter = pseudoParameters[name];
  if (!parameter) throw new Error(`template: ${name} is not understood by the local stack`);
  return parameter(stackName);
}
