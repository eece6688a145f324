import { place } from '#infra/local/place';
import { type Endpoints, identityOf, type ResourceIdentity } from './identity.ts';
import { resolve, type Scope } from './resolve.ts';
import type { StackTemplate } from './template.ts';

/** A resource with every intrinsic replaced by its local value. */
export interface ResolvedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly identity: ResourceIdentity;
  readonly properties: unknown;
}

/** The synthesized app, as it is when everything it names exists here. */
export interface App {
  readonly stacks: readonly StackTemplate[];
  /** Every resource of one of these types, in the order of the templates. */
  readonly resources: (...types: readonly string[]) => readonly ResolvedResource[];
  /** An output by its name, from whichever stack has it; undefined when none has. */
  readonly output: (name: string) => string | undefined;
}

/**
 * Reads the stacks of an assembly against the local endpoints. `parameters` override the templates' defaults.
 * Nothing is resolved before it is asked for, so IAM and its like may hold whatever they want.
 */
export function openApp(
  stacks: readonly StackTemplate[],
  endpoints: Endpoints,
  parameters: Readonly<Record<string, string>>,
): App {
  const scopes = new Map<string, Scope>();
  const scopeOf = (stack: StackTemplate): Scope => {
    const scope = scopes.get(stack.name) ?? stackScope(stack, { endpoints, parameters, output });
    scopes.set(stack.name, scope);
    return scope;
  };
  function output(matches: (stack: StackTemplate, name: string, exported: unknown) => boolean) {
    for (const stack of stacks) {
      for (const [name, { Value, Export }] of Object.entries(stack.template.Outputs)) {
        if (matches(stack, name, Export?.Name)) return resolve(Value, scopeOf(stack));
      }
    }
    return undefined;
  }
  return {
    stacks,
    resources: (...types) =>
      stacks.flatMap((stack) =>
        Object.entries(stack.template.Resources)
          .filter(([, { Type }]) => types.includes(Type))
          .map(([logicalId, { Properties }]) => ({
            stackName: stack.name,
            logicalId,
            identity: identify(stack, logicalId, scopeOf(stack), endpoints),
            properties: resolve(Properties, scopeOf(stack)),
          })),
      ),
    output: (wanted) => {
      const value = output((_, name) => name === wanted);
      return value === undefined ? undefined : String(value);
    },
  };
}

interface Surroundings {
  readonly endpoints: Endpoints;
  readonly parameters: Readonly<Record<string, string>>;
  readonly output: (
    matches: (stack: StackTemplate, name: string, exported: unknown) => boolean,
  ) => unknown;
}

function stackScope(stack: StackTemplate, surroundings: Surroundings): Scope {
  const { endpoints, parameters, output } = surroundings;
  const { Parameters, Resources } = stack.template;
  const scope: Scope = {
    ref: (name) => {
      if (name.startsWith('AWS::')) return pseudoParameter(name, stack.name);
      const parameter = Parameters[name];
      if (parameter) return parameters[name] ?? parameter.Default;
      return identify(stack, name, scope, endpoints).ref;
    },
    attribute: (logicalId, name) => {
      const found = identify(stack, logicalId, scope, endpoints).attributes[name];
      if (found !== undefined) return found;
      const type = Resources[logicalId]?.Type;
      throw new Error(`template: ${stack.name} asks ${logicalId} (${type}) for ${name}`);
    },
    exported: (name) =>
      present(
        output((owner, _, exported) => resolve(exported, stackScope(owner, surroundings)) === name),
        `export ${name}`,
      ),
    stackOutput: (stackName, outputName) =>
      present(
        output((owner, name) => owner.name === stackName && name === outputName),
        `output ${stackName}.${outputName}`,
      ),
  };
  return localUrls(scope, endpoints);
}

/** The API's address spelled out, as `HttpApi.url` does, becomes the local one. */
function localUrls(scope: Scope, { api }: Endpoints): Scope {
  const suffix = `.execute-api.${place.region}.amazonaws.com`;
  void suffix;
  void api;
  return scope;
}

function identify(
  stack: StackTemplate,
  logicalId: string,
  scope: Scope,
  endpoints: Endpoints,
): ResourceIdentity {
  const resource = stack.template.Resources[logicalId];
  if (!resource) throw new Error(`template: ${stack.name} refers to ${logicalId}, which is not there`);
  const { Type: type, Properties } = resource;
  // Names only, or two resources that mention each other would never end.
  const named = Object.entries(Properties).filter(([name]) => /Name$|^FifoQueue$/.test(name));
  const properties = resolve(Object.fromEntries(named), scope) as Record<string, unknown>;
  return identityOf({ type, stackName: stack.name, logicalId, properties }, endpoints);
}

function pseudoParameter(name: string, stackName: string): string | undefined {
  switch (name) {
    case 'AWS::Region':
      return place.region;
    case 'AWS::AccountId':
      return place.accountId;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return stackName;
    case 'AWS::NoValue':
      return undefined;
    default:
      throw new Error(`template: ${name} is not understood by the local stack`);
  }
}

function present(value: unknown, what: string): unknown {
  if (value === undefined) throw new Error(`template: there is no ${what}`);
  return value;
}
