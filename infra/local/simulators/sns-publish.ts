import type { Webhook } from './simulator.ts';

/** SNS's query API, as every AWS SDK spoke it before JSON. */
export function publishRequest(url: string, topicArn: string, message: string): Webhook {
  const form = { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, Message: message };
  return {
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: signature(topicArn),
    },
    body: new URLSearchParams(form).toString(),
  };
}

/** Emulators read the region out of the signature and check nothing else. */
function signature(topicArn: string): string {
  const region = topicArn.split(':')[3] ?? '';
  return `AWS4-HMAC-SHA256 Credential=simulator/20200101/${region}/sns/aws4_request, SignedHeaders=host, Signature=0`;
}
