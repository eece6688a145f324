import type { IncomingHttpHeaders } from 'node:http';

export type Service = 'dynamodb' | 'sqs' | 's3' | 'secretsmanager';

/** One call of an AWS service as it came from a function. */
export interface AwsCall {
  readonly service: Service;
  /** `UpdateItem`, `SendMessageBatch`, `PUT`… */
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const services: Readonly<Record<string, Service>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
};

/** Which service and action a request asks for; S3 is the one without a target header. */
export function targetOf(
  headers: IncomingHttpHeaders,
  method: string,
): Pick<AwsCall, 'service' | 'action'> {
  const [prefix = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const service = services[prefix];
  return service ? { service, action } : { service: 's3', action: method };
}

export function jsonAnswer(status: number, value: unknown): AwsAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(value)),
  };
}
