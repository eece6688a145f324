import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface PublicApiProps {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly logRetention: RetentionDays;
}

/**
 * The fields of an access log line. No path: that of an unsubscribe link holds a customer's address. No query string: a webhook handshake carries its verify token there (Meta,
 * webhooks/getting-started).
 */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/** Answers cdk-nag's question for routes that take no IAM signature. */
function acknowledgeOpen(routes: readonly HttpRoute[], reason: string): void {
  for (const route of routes) {
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  }
}

/** The HTTP side of the system: the providers' webhooks and the helpdesk's replies. */
export class PublicApi extends Construct {
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: PublicApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.requestsPerSecond, burstLimit: props.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
  }

  /** The API's own address, without a slash at the end. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /**
   * Adds the webhook endpoint of one connector. The routes are literal, so one provider's traffic never wakes another's
   * code.
   */
  addWebhook(connector: string, receive: IFunction): void {
    const integration = new HttpLambdaIntegration(`Receive ${connector}`, receive, {
      scopePermissionToRoute: false,
    });
    const methods = [HttpMethod.GET, HttpMethod.POST];
    const path = `/webhooks/${connector}/{account}`;
    const routes = [path, `${path}/{proxy+}`].flatMap((each) =>
      this.api.addRoutes({ path: each, methods, integration }),
    );
    acknowledgeOpen(
      routes,
      'A provider cannot sign for IAM: it signs the body, and the function verifies that.',
    );
  }

  /** Adds the endpoint of the unsubscribe links of one connector. */
  addUnsubscribe(connector: string, unsubscribe: IFunction): void {
    const integration = new HttpLambdaIntegration(`Unsubscribe ${connector}`, unsubscribe, {
      scopePermissionToRoute: false,
    });
    const methods = [HttpMethod.GET, HttpMethod.POST];
    const path = `/unsubscribe/${connector}/{account}/{token}`;
    acknowledgeOpen(
      this.api.addRoutes({ path, methods, integration }),
      'A mail program cannot sign for IAM: the link holds a signed token, and the function verifies that.',
    );
  }

  /** Takes replies, read receipts and typing indicators, from callers who sign with IAM. */
  addReplies(submitReply: IFunction): void {
    const integration = new HttpLambdaIntegration('Submit reply', submitReply);
    const authorizer = new HttpIamAuthorizer();
    for (const what of ['replies', 'signals']) {
      this.api.addRoutes({
        path: `/v1/conversations/{id}/${what}`,
        methods: [HttpMethod.POST],
        integration,
        authorizer,
      });
    }
  }
}
