import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Command } from '#shared/aws/replies-queue';
import { canonicalJson } from '#shared/canonical-json';
import { ConnectorError } from '#shared/errors';
import { bodyBytes, bodyOf } from '#shared/http';

/** A text of the longest kind, three bytes a character, and room for the rest. */
const mostBytes = 450_000;
/** What SQS takes is 1 MiB, and a character of two bytes is queued as six. */
const mostQueuedBytes = 1_000_000;

/**
 * What somebody posted about a conversation, as it goes on the replies queue. The path names the conversation; a
 * body that is no object is kept as far as that, so that it can be answered. Throws `body_too_large`.
 */
export function postedCommand(event: APIGatewayProxyEventV2): Command {
  if (bodyBytes(event) > mostBytes) {
    throw new ConnectorError('body_too_large', `allowed: ${mostBytes} bytes`);
  }
  const command = commandOf(event);
  if (canonicalJson(command).length > mostQueuedBytes) {
    throw new ConnectorError('body_too_large', `allowed: ${mostQueuedBytes} bytes, escaped`);
  }
  return command;
}

function commandOf(event: APIGatewayProxyEventV2): Command {
  const conversationId = event.pathParameters?.['id'] ?? '';
  try {
    const value: unknown = JSON.parse(bodyOf(event).toString('utf8'));
    const fields = typeof value === 'object' && value !== null ? value : {};
    return { ...fields, conversationId };
  } catch {
    return { conversationId };
  }
}
