import { place } from '#infra/local/place';
import type { App } from '#infra/local/template/app';
import { declared, FunctionProperties } from '#infra/local/template/declared';

/** One Lambda function as the template describes it. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** The name for people, in log files and messages. */
  readonly label: string;
  /** The folder its code was packed from. */
  readonly codeDirectory: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly logFormat: string;
  readonly logLevel?: string;
}

/** All names and values together (Lambda quotas, "Environment variables"). */
const maxEnvironmentBytes = 4096;

/** Every function of the app. Throws for what Lambda would refuse to deploy. */
export function functionsOf(app: App): readonly LambdaFunction[] {
  return app.resources('AWS::Lambda::Function').map((resource) => {
    const properties = declared(FunctionProperties, resource);
    const { stack, identity } = resource;
    const codeDirectory = stack.assetDirectories.get(properties.Code.S3Key);
    if (!codeDirectory) throw new Error(`template: ${resource.logicalId}: no asset for its code`);
    const { LogFormat = 'Text', ApplicationLogLevel } = properties.LoggingConfig;
    const environment = properties.Environment.Variables;
    checkSize(resource.logicalId, environment);
    return {
      name: identity.ref,
      arn: identity.attributes['Arn'] ?? '',
      label: environment['POWERTOOLS_SERVICE_NAME'] ?? identity.ref,
      codeDirectory,
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      environment,
      logFormat: LogFormat,
      ...(ApplicationLogLevel ? { logLevel: ApplicationLogLevel } : {}),
      ...(properties.ReservedConcurrentExecutions === undefined
        ? {}
        : { reservedConcurrency: properties.ReservedConcurrentExecutions }),
    };
  });
}

function checkSize(logicalId: string, environment: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(Object.entries(environment).flat().join(''));
  if (bytes > maxEnvironmentBytes) {
    throw new Error(
      `template: ${logicalId}: ${bytes} bytes of environment, Lambda allows ${maxEnvironmentBytes}`,
    );
  }
}

/** The environment of this function's process: the template's variables and Lambda's, and no others. */
export function processEnvironment(
  fn: LambdaFunction,
  runtimeApi: string,
  endpoints: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...endpoints,
    ...fn.environment,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: fn.handler,
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_LOG_FORMAT: fn.logFormat,
    ...(fn.logLevel ? { AWS_LAMBDA_LOG_LEVEL: fn.logLevel } : {}),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_ACCESS_KEY_ID: place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials.secretAccessKey,
    // Nothing of the developer's own AWS configuration may decide where a call goes.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
