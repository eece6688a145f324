import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface PrivateBucketProps {
  /** Days until objects under a prefix are deleted. */
  readonly expirationDays: Readonly<Record<string, number>>;
  readonly removalPolicy: RemovalPolicy;
}

const actionsOf = {
  read: ['s3:GetObject'],
  write: ['s3:PutObject'],
  readWrite: ['s3:GetObject', 's3:PutObject'],
  erase: ['s3:DeleteObject'],
} as const;

/** A bucket that only our functions read: encrypted, TLS-only, and its objects expire. */
export class PrivateBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: props.removalPolicy,
      lifecycleRules: [
        ...Object.entries(props.expirationDays).map(([prefix, days]) => ({
          prefix,
          expiration: Duration.days(days),
        })),
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Access logs would need a bucket of their own; only roles of this stack have access, and CloudTrail data events can be switched on for an audit.',
    });
  }

  /** Lets a function read, write or delete objects of this bucket under a prefix; no function lists them. */
  grant(reader: LambdaFunction, access: keyof typeof actionsOf, prefix = ''): void {
    const actions = [...actionsOf[access]];
    const resources = [this.bucket.arnForObjects(`${prefix}*`)];
    reader.addToRolePolicy(new PolicyStatement({ actions, resources }));
    const bucket = Stack.of(this).resolve((this.bucket.node.defaultChild as CfnBucket).logicalId);
    Validations.of(reader.role ?? reader).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/${prefix}*]`,
      reason:
        'The function reads objects whose keys are made from ids: any object of this one bucket.',
    });
  }
}
