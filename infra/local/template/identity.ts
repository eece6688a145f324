import { place } from '#infra/local/place';

/** The values of `Ref` and `Fn::GetAtt` for one resource. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface NamedResource {
  readonly type: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The URLs of the emulated services. */
export interface Endpoints {
  readonly sqs: string;
  readonly api: string;
}

type Identify = (name: string, endpoints: Endpoints) => ResourceIdentity;

const arn = (service: string, rest: string) =>
  `arn:aws:${service}:${place.region}:${place.accountId}:${rest}`;

/** By type: the property that may name the resource, and what the named resource answers. */
const kinds: Readonly<
  Record<string, { readonly nameProperty: string; readonly identify: Identify }>
> = {
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    // The host is spelled out: the emulator's own `sqs.<region>.localhost` resolves on few machines, and the SDK
    // calls the host of the queue URL rather than its configured endpoint.
    identify: (name, { sqs }) => {
      const url = `${sqs}/${place.accountId}/${name}`;
      return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    identify: (name) => ({
      ref: arn('sns', name),
      attributes: { TopicArn: arn('sns', name), TopicName: name },
    }),
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    identify: (name) => ({ ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } }),
  },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', identify: tableNamed },
  'AWS::DynamoDB::GlobalTable': { nameProperty: 'TableName', identify: tableNamed },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    identify: (name) => ({
      ref: name,
      attributes: { Arn: arn('lambda', `function:${name}`) },
    }),
  },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    // AWS adds six random characters to the name; a fixed six keep the ARN the same after a restart.
    identify: (name) => {
      const secretArn = arn('secretsmanager', `secret:${name}-LOCAL0`);
      return { ref: secretArn, attributes: { Id: secretArn } };
    },
  },
  'AWS::ApiGatewayV2::Api': {
    nameProperty: 'none',
    identify: (name, { api }) => ({
      ref: name.toLowerCase(),
      attributes: { ApiId: name.toLowerCase(), ApiEndpoint: api },
    }),
  },
};

function tableNamed(name: string): ResourceIdentity {
  return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } };
}

/** The properties that decide a resource's name. */
export function nameProperties(type: string): readonly string[] {
  const kind = kinds[type];
  return kind ? [kind.nameProperty, 'FifoQueue'] : [];
}

/** The resource's own name where the template gives one, else one made of stack and logical id: the same each time. */
function physicalName({ type, stackName, logicalId, properties }: NamedResource): string {
  const kind = kinds[type];
  const given = kind ? properties[kind.nameProperty] : undefined;
  if (typeof given === 'string' && given !== '') return given;
  const name = `${stackName}-${logicalId.replace(/[0-9A-F]{8}$/, '')}`;
  const isFifo = properties['FifoQueue'] === true || properties['FifoQueue'] === 'true';
  if (isFifo) return `${name.slice(0, 75)}.fifo`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase().slice(0, 63) : name.slice(0, 80);
}

/**
 * Gives the values of `Ref` and `Fn::GetAtt` for a resource. Types that do nothing here get an ARN of their own shape.
 */
export function identityOf(resource: NamedResource, endpoints: Endpoints): ResourceIdentity {
  const name = physicalName(resource);
  const kind = kinds[resource.type];
  if (kind) return kind.identify(name, endpoints);
  const [, service = 'local', type = 'resource'] = resource.type.toLowerCase().split('::');
  return { ref: name, attributes: { Arn: arn(service, `${type}/${name}`) } };
}
