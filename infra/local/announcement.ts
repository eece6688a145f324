import type { StackDescription } from '#infra/local/description';

/**
 * The text that `npm start` prints when everything runs: the addresses of everything, and last a line that begins with
 * `ready`.
 */
export function announcement(stack: StackDescription, seconds: number): string {
  const { url, smtp, accounts, queues, endpoints, providers } = stack;
  const webhooks = accounts.flatMap(({ webhook, publicUrl }) =>
    webhook ? [['webhook', publicUrl ?? `${url}${webhook}`] as const] : [],
  );
  const lines: readonly (readonly [string, string])[] = [
    ...webhooks,
    ['mail', `smtp://${smtp.host}:${smtp.port}`],
    ['replies', `POST ${url}/v1/conversations/{id}/replies`],
    ['normalized', queues.normalized],
    ['replies', queues.replies],
    ['DynamoDB', `${endpoints.dynamodb} (table ${stack.table})`],
    ...Object.entries(providers).map(([name, at]) => [name, `${at}/_sent`] as const),
    ['logs', stack.logs],
  ];
  const listed = lines.map(([name, what]) => `  ${name.padEnd(14)}${what}\n`).join('');
  return `${listed}ready in ${seconds.toFixed(1)} s at ${url}\n`;
}
