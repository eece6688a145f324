import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface ServiceTopicProps {
  /** The AWS service that publishes, such as `social-messaging.amazonaws.com`. */
  readonly publisher: string;
}

/** A topic on which only one AWS service may publish, and only for this AWS account. */
export class ServiceTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { publisher }: ServiceTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // The policy that enforces TLS replaces the default one, in which the whole account may publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal(publisher)],
        resources: [this.topic.topicArn],
        // Without it the service could be made our confused deputy by any other AWS account.
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
