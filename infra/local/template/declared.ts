import * as z from 'zod';

/**
 * The properties that are read of each resource, after its intrinsics are resolved. CloudFormation also takes numbers
 * as strings.
 */
const flag = z.union([z.boolean(), z.stringbool()]);

export const QueueProperties = z.looseObject({
  FifoQueue: flag.optional(),
  RedrivePolicy: z
    .looseObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() })
    .optional(),
  VisibilityTimeout: z.coerce.number().optional(),
  MessageRetentionPeriod: z.coerce.number().optional(),
  DelaySeconds: z.coerce.number().optional(),
  MaximumMessageSize: z.coerce.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().optional(),
  ContentBasedDeduplication: flag.optional(),
});

export const TopicProperties = z.looseObject({ FifoTopic: flag.optional() });

export const SubscriptionProperties = z.looseObject({
  Protocol: z.string(),
  Endpoint: z.string(),
  TopicArn: z.string(),
  RawMessageDelivery: flag.optional(),
  FilterPolicy: z.unknown().optional(),
  FilterPolicyScope: z.string().optional(),
});

export const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));

export const TableProperties = z.looseObject({
  AttributeDefinitions: z.array(z.unknown()),
  KeySchema,
  GlobalSecondaryIndexes: z
    .array(z.looseObject({ IndexName: z.string(), KeySchema, Projection: z.unknown() }))
    .default([]),
  TimeToLiveSpecification: z
    .looseObject({ AttributeName: z.string(), Enabled: flag.default(true) })
    .optional(),
});

export const FunctionProperties = z.looseObject({
  Code: z.looseObject({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs'),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z
    .looseObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  LoggingConfig: z
    .looseObject({ LogFormat: z.string().optional(), ApplicationLogLevel: z.string().optional() })
    .default({}),
});

export const EventSourceProperties = z.looseObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: z.coerce.number().default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.looseObject({ MaximumConcurrency: z.coerce.number() }).optional(),
  FilterCriteria: z.undefined('FilterCriteria are not emulated').optional(),
});

export const RouteProperties = z.looseObject({ RouteKey: z.string(), Target: z.string() });

export const IntegrationProperties = z.looseObject({
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().default(30_000),
});

export const RuleProperties = z.looseObject({
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.looseObject({ Arn: z.string(), Input: z.string().optional() })).default([]),
});

export const ScheduleProperties = z.looseObject({
  ScheduleExpression: z.string(),
  State: z.string().default('ENABLED'),
  Target: z.looseObject({ Arn: z.string(), Input: z.string().optional() }),
});

/** Reads a resource's properties, naming the resource in what it throws. */
export function declared<Output>(
  schema: z.ZodType<Output>,
  { logicalId, properties }: { readonly logicalId: string; readonly properties: unknown },
): Output {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new Error(`template: ${logicalId}: ${z.prettifyError(parsed.error)}`);
}

/** The last part of an ARN, or the name itself: how a template may point at a function or a queue. */
export function nameIn(arnOrName: string): string {
  return arnOrName.split(':').at(-1) ?? arnOrName;
}
