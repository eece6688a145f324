import type { ResourceIdentity } from './identity.ts';
import { resolve } from './resolve.ts';
import { resourceIdentity, type Surroundings, stackScope } from './scope.ts';
import type { StackTemplate } from './template.ts';

/** A resource with every intrinsic replaced by its local value. */
export interface ResolvedResource {
  readonly stack: StackTemplate;
  readonly logicalId: string;
  readonly identity: ResourceIdentity;
  readonly properties: unknown;
}

/** The synthesized app, as it is when everything it names exists here. */
export interface App {
  /** Every resource of one of these types, in the order of the templates. */
  readonly resources: (...types: readonly string[]) => readonly ResolvedResource[];
  /** An output by its name, from whichever stack has it; undefined when none has. */
  readonly output: (name: string) => string | undefined;
  /** The names of all outputs. */
  readonly outputNames: readonly string[];
}

/**
 * Opens the stacks of an assembly. Values are resolved only when they are asked for: IAM policies may contain any
 * intrinsic.
 */
export function openApp(surroundings: Surroundings): App {
  const { stacks, endpoints } = surroundings;
  return {
    outputNames: stacks.flatMap(({ template }) => Object.keys(template.Outputs)),
    resources: (...types) =>
      stacks.flatMap((stack) => {
        const scope = stackScope(stack, surroundings);
        return Object.entries(stack.template.Resources)
          .filter(([, { Type }]) => types.includes(Type))
          .map(([logicalId, { Properties }]) => ({
            stack,
            logicalId,
            identity: resourceIdentity(stack, logicalId, scope, endpoints),
            properties: resolve(Properties, scope),
          }));
      }),
    output: (name) => {
      const owner = stacks.find(({ template }) => Object.hasOwn(template.Outputs, name));
      if (!owner) return undefined;
      const value = owner.template.Outputs[name]?.Value;
      return String(resolve(value, stackScope(owner, surroundings)));
    },
  };
}
