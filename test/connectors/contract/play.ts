import { createServer, type Server } from 'node:http';
import type { ConnectorId } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import { senders } from '#connectors/senders';
import { topics } from '#connectors/topics';
import { webhooks } from '#connectors/webhooks';
import { samples } from '#infra/local/simulators/samples';
import { startSimulator } from '#infra/local/simulators/server';
import { simulators } from '#infra/local/simulators/simulators';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import type { WebhookItem } from '#shared/connector/webhook';
import type { ReplyContent } from '#shared/model/reply-content';
import { harnesses } from '#test/connectors/harnesses';
import { mailServer, portOf } from '#test/simulators/provider-harness';
import { isInbound } from '#test/support/connectors/rules';
import { endOf } from '#test/support/webhooks/item-ends';

/** One request of the provider to us. */
export interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One connector in front of its provider's simulator: what comes in is verified and parsed, what goes out is sent. */
export interface Play {
  readonly posted: readonly Posted[];
  readonly ask: (method: string, path: string, body?: object) => Promise<Answer>;
  /** Forgets everything that has come in and gone out, and the conditions. */
  readonly reset: () => Promise<void>;
  /** The items of everything that has come in. */
  readonly items: () => readonly WebhookItem[];
  readonly events: () => Promise<readonly ChannelEvent[]>;
  /** Has the customer write; resolves with the message as we read it. */
  readonly write: (text: string) => Promise<ChannelMessage>;
  readonly render: (content: ReplyContent, to: ChannelMessage) => readonly unknown[];
  readonly send: (
    request: unknown,
    over?: Partial<SendContext<unknown, unknown>>,
  ) => Promise<SendOutcome>;
  readonly context: SendContext<unknown, unknown>;
  readonly stop: () => Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the calls answer with any JSON
type Answer = { readonly status: number; readonly body: any };

export const messageId = 'msg_aaaaaaaaaaaaaaaaaaaaaaaaaa_2';

/** Starts the simulator with one account of this connector. */
export async function startPlay(connector: ConnectorId): Promise<Play> {
  const { provider } = harnesses[connector];
  const posted: Posted[] = [];
  const mails: string[] = [];
  const [sink, smtp] = [sinkOf(posted), mailServer(mails)];
  const publicUrl = `http://127.0.0.1:${await portOf(sink)}/hook`;
  const smtpPort = await portOf(smtp.server as Server);
  const credentials = { ...samples[connector].credentials?.(), ...provider.credentials };
  const running = await startSimulator(simulators[connector], [
    {
      ...{ account: 'main', address: provider.address, webhookUrl: publicUrl, credentials },
      settings: { ...provider.settings, smtpHost: '127.0.0.1', smtpPort },
    },
  ]);
  actAsAws(running.url);
  const sender = senders[connector];
  const account = sender.readAccount({ address: provider.address, ...provider.settings });
  const context: SendContext<unknown, unknown> = {
    ...{ account, publicUrl, apiUrl: running.url, messageId, part: 0, attempt: 1 },
    credentials: sender.readCredentials(credentials),
    timeoutSeconds: 5,
  };
  const ask = async (method: string, path: string, body?: object): Promise<Answer> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${running.url}${path}`, init);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const items = () => [
    ...posted.flatMap((each) => itemsIn(connector, each, context)),
    ...mails.flatMap(() => mailItems(connector)),
  ];
  const events = async () => {
    const raw = mails.at(-1);
    const ends = items().map((item) =>
      endOf(item, parsers[connector], account, raw === undefined ? undefined : Buffer.from(raw)),
    );
    return (await Promise.all(ends)).flatMap((end) => (end === 'unreadable' ? [] : end));
  };
  const reset = async () => {
    for (const path of ['/_conditions', '/_sent', '/_fault']) await ask('DELETE', path);
    await ask('POST', '/_conditions', { statuses: 'none' });
    posted.length = 0;
    mails.length = 0;
  };
  return {
    ...{ posted, ask, reset, items, events, context },
    write: async (text) => {
      const { body, status } = await ask('POST', '/_inbound', { from: provider.customer, text });
      const found = (await events()).find((event) => isInbound(event) && event.text.includes(text));
      if (found?.kind === 'message') return found;
      throw new Error(`"${text}" did not come in: ${status} ${JSON.stringify(body)}`);
    },
    render: (content, to) =>
      sender.render({ messageId, replyId: 'r', content }, targetOf(to), account),
    send: (request, over = {}) => sender.send(request, { ...context, ...over }),
    stop: async () => {
      await running.stop();
      sink.closeAllConnections();
      sink.close();
      await new Promise<void>((resolve) => smtp.close(resolve));
    },
  };
}

/** For connectors whose API is an AWS service: the SDK takes its endpoint and its keys from here. */
function actAsAws(url: string): void {
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1' },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  });
}

function sinkOf(posted: Posted[]): Server {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    posted.push({ url: request.url ?? '', headers, body: Buffer.concat(chunks) });
    response.writeHead(200).end();
  });
}

function itemsIn(
  connector: ConnectorId,
  { url, headers, body }: Posted,
  { account, publicUrl, credentials }: SendContext<unknown, unknown>,
): readonly WebhookItem[] {
  const webhook = webhooks[connector];
  if (!webhook)
    return notified(connector, new URLSearchParams(body.toString()).get('Message') ?? '');
  const [path = '', rawQueryString = ''] = url.split('?');
  const subpath = path.replace(/^\/hook\/?/, '');
  const outcome = webhook.verify(
    { method: 'POST', subpath, rawQueryString, headers, body },
    { account, publicUrl, credentials: [credentials] },
  );
  if (outcome.kind !== 'items') throw new Error(`the webhook is ${JSON.stringify(outcome)}`);
  return outcome.items;
}

function mailItems(connector: ConnectorId): readonly WebhookItem[] {
  return notified(connector, harnesses[connector].mailNotification?.() ?? '');
}

function notified(connector: ConnectorId, text: string): readonly WebhookItem[] {
  const { address, settings } = harnesses[connector].provider;
  const told = topics[connector]?.(text, [{ account: 'main', settings: { address, ...settings } }]);
  return told && 'items' in told ? told.items.map(({ item }) => item) : [];
}

/** Where a reply to this message goes. */
export function targetOf(message: ChannelMessage): ReplyTarget {
  const { business, channel, customer, providerMessageId, thread, visibility } = message;
  return {
    ...{ channel, visibility, businessIdentity: business },
    conversationId: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa',
    customerIdentities: customer.identities,
    ...(thread?.subject === undefined ? {} : { subject: thread.subject }),
    lastInboundProviderMessageId: providerMessageId,
    providerMessageIds: [providerMessageId],
  };
}
