import { join } from 'node:path';
import { type Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as core from 'zod/v4/core';
import { environmentProblems } from './environment-size.ts';
import { batchSize } from './message-queue.ts';

/**
 * The variables a schema reads: one that is forgotten or invented does not compile. One that the schema need not find
 * may be left out.
 */
export type EnvironmentOf<Env extends core.$ZodType> = {
  readonly [Name in keyof core.input<Env> & string as IsOptional<core.input<Env>, Name> extends true
    ? never
    : Name]: string;
} & {
  readonly [Name in keyof core.input<Env> & string as IsOptional<core.input<Env>, Name> extends true
    ? Name
    : never]?: string;
};

type IsOptional<Input, Name extends keyof Input> =
  Record<never, never> extends Pick<Input, Name> ? true : false;

/** The properties that all functions of a stage share. */
export interface FunctionDefaults {
  /** Holds a folder for each bundle. */
  readonly bundlesFolder: string;
  readonly logRetention: RetentionDays;
  readonly logRemovalPolicy: RemovalPolicy;
}

export interface BundledFunctionProps<Env extends core.$ZodType> {
  readonly defaults: FunctionDefaults;
  /** Names the function in its logs. */
  readonly name: string;
  readonly description: string;
  /**
   * The folder that holds its `index.mjs`.
   * @default its name
   */
  readonly bundle?: string;
  /** The function's own schema of its environment. */
  readonly env: Env;
  readonly environment: EnvironmentOf<Env>;
  readonly memoryMegabytes: number;
  readonly timeout: Duration;
  /**
   * Copies that may run at once.
   * @default what the AWS account allows
   */
  readonly reservedConcurrency?: number;
}

/** One Lambda function: Node 24 on arm64, one bundle, one role, one log group, traced. */
export class BundledFunction<Env extends core.$ZodType> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: BundledFunctionProps<Env>) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.defaults.logRetention,
      removalPolicy: props.defaults.logRemovalPolicy,
    });
    // Not the managed AWSLambdaBasicExecutionRole: that one may write to every log group of the account.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.defaults.bundlesFolder, props.bundle ?? props.name)),
      handler: 'index.handler',
      memorySize: props.memoryMegabytes,
      timeout: props.timeout,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      environment: { POWERTOOLS_SERVICE_NAME: props.name, ...props.environment },
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    this.node.addValidation({ validate: () => environmentProblems(this, props.environment) });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'xray:PutTraceSegments and xray:PutTelemetryRecords know no resources.',
    });
  }

  /** Works through a queue, a batch at a time; only the messages it names as failed come back. */
  consume(queue: IQueue, options: SqsEventSourceProps = {}): void {
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true, ...options }),
    );
  }
}
