import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ConnectorError, type FailureCode, failures } from '#shared/errors';
import { json } from '#shared/http';

/** The conversation that the path names. */
export function conversationIn({ pathParameters }: APIGatewayProxyEventV2): string {
  return pathParameters?.['id'] ?? '';
}

/** Refuses a request: with the code of the rule, and a reason for each problem. */
export function refusal(
  code: FailureCode,
  reasons: readonly string[],
): APIGatewayProxyStructuredResultV2 {
  return json(failures[code].httpStatus, { error: code, reasons });
}

/** Answers a problem that the caller can solve with its reason; an internal error goes on. */
export async function refusing(
  work: () => Promise<APIGatewayProxyStructuredResultV2>,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    return await work();
  } catch (fault) {
    if (!(fault instanceof ConnectorError) || failures[fault.code].httpStatus >= 500) throw fault;
    return refusal(fault.code, [fault.message]);
  }
}
