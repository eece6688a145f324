import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import { type InboxPage, type InboxRequest, inboxPage, inboxQueries } from '#shared/table/inbox';

/** Reads one page of the inbox, newest activity first, with one request for each shard. */
export async function listInbox(table: Table, request: InboxRequest): Promise<InboxPage> {
  const answers = await Promise.all(
    inboxQueries(request).map((query) =>
      table.client.send(new QueryCommand({ TableName: table.name, ...query })),
    ),
  );
  return inboxPage(answers, request.limit);
}
