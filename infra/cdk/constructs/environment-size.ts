import { CfnParameter, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** All keys and values together (Lambda quotas). */
const limitBytes = 4096;

/** The estimated length of a value that only CloudFormation knows: queue URLs and ARNs have about 110 bytes. */
const unknownBytes = 120;

/** `https://<10 characters>.execute-api.<region>.amazonaws.com`, in the longest region name. */
const apiEndpointBytes = 64;

/**
 * A sentence when a function's environment would be too large to deploy: CloudFormation would say so only after
 * minutes. Values that are not known yet are estimated.
 */
export function environmentProblems(
  scope: Construct,
  environment: Readonly<Record<string, string>>,
): string[] {
  const stack = Stack.of(scope);
  const sizes = Object.entries(environment).map(([name, value]) => ({
    name,
    bytes: name.length + size(stack, stack.resolve(value)),
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= limitBytes) return [];
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0];
  return [
    `environment: given about ${total} bytes, allowed are ${limitBytes}; the largest variable is ${largest?.name} with ${largest?.bytes}. Spread the accounts over several stages.`,
  ];
}

function size(stack: Stack, value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value === null || typeof value !== 'object') return 0;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.reduce<number>((sum, part) => sum + separator.length + size(stack, part), 0);
  }
  if ('Ref' in value) return referenceSize(stack, String(value.Ref));
  return JSON.stringify(value).includes('ApiEndpoint') ? apiEndpointBytes : unknownBytes;
}

function referenceSize(stack: Stack, logicalId: string): number {
  const parameter = stack.node.tryFindChild(logicalId);
  return parameter instanceof CfnParameter ? String(parameter.default).length : unknownBytes;
}
