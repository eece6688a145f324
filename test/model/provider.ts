import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How the provider answers a send. Whatever begins with `accepted` has gone out to the customer. */
export const answers = [
  'accepted',
  'accepted_told_first',
  'accepted_then_500',
  'accepted_then_reset',
  'accepted_then_hang',
  'throttled',
  'refused',
  'unauthorized',
  'broken',
  'reset',
] as const;
export type Answer = (typeof answers)[number];
const clear = new Set<Answer>([
  ...(['accepted', 'accepted_told_first'] as const),
  ...(['throttled', 'refused', 'unauthorized'] as const),
]);

/** One message a customer got. */
export interface Delivered {
  readonly connector: 'whatsapp' | 'twilio';
  readonly providerId: string;
  /** Our own ids, as the request carried them. */
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
  readonly to: string;
  readonly text: string;
  readonly at: Date;
}

/** Both providers of one run: what they will answer, and what they have sent. */
export interface Provider {
  readonly apiUrl: string;
  readonly script: Answer[];
  readonly delivered: Delivered[];
  /** Answers that left open what had happened. */
  ambiguous: number;
  /** The provider's clock. */
  now: () => Date;
  /** Called before an answer that a status overtakes. */
  onToldFirst: (delivered: Delivered) => Promise<void>;
}

export interface ProviderServer {
  readonly open: (run: string) => Provider;
  readonly close: (run: string) => void;
  readonly stop: () => Promise<void>;
}

/** A server on loopback that stands for the APIs of Meta and Twilio, under a path of its own for each run. */
export async function startProviders(): Promise<ProviderServer> {
  const open = new Map<string, Provider>();
  const server = createServer((request, response) => {
    const provider = open.get(request.url?.split('/')[1] ?? '');
    const answered = provider ? answer(provider, request, response) : Promise.reject(new Error());
    answered.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    open: (run) => {
      const apiUrl = `http://127.0.0.1:${port}/${run}`;
      const provider: Provider = {
        ...{ apiUrl, script: [], delivered: [], ambiguous: 0 },
        now: () => new Date(),
        onToldFirst: async () => {},
      };
      open.set(run, provider);
      return provider;
    },
    close: (run) => open.delete(run),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  if (request.method === 'GET') return listMessages(provider, request, response);
  const how = provider.script.shift() ?? 'accepted';
  const number = provider.delivered.length + 1;
  const read = request.url?.includes('/Accounts/') ? twilioMessage : whatsappMessage;
  const sent = { ...read(body, number), at: provider.now() };
  if (how.startsWith('accepted')) provider.delivered.push(sent);
  if (!clear.has(how)) provider.ambiguous += 1;
  if (how === 'accepted_told_first') await provider.onToldFirst(sent);
  if (how === 'accepted_then_hang') return;
  if (how === 'reset' || how === 'accepted_then_reset') {
    response.destroy();
    return;
  }
  const { status, value } = spoken[sent.connector](how, sent.providerId);
  const headers = { 'content-type': 'application/json', 'retry-after': '30' };
  response.writeHead(status, status === 429 ? headers : { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** Twilio's list of messages, by recipient, on its own clock (Message resource, "Read multiple"). */
function listMessages(
  { delivered, now }: Provider,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): void {
  const to = new URL(url, 'http://127.0.0.1').searchParams.get('To');
  const own = delivered.filter((each) => each.connector === 'twilio' && each.to === to);
  const messages = own.map(({ providerId, text: body, at }) => ({
    ...{ sid: providerId, direction: 'outbound-api', from: null, to, body },
    date_created: at.toUTCString(),
  }));
  const headers = { 'content-type': 'application/json', date: now().toUTCString() };
  response.writeHead(200, headers).end(JSON.stringify({ messages, next_page_uri: null }));
}

function whatsappMessage(body: string, number: number): Omit<Delivered, 'at'> {
  const sent = JSON.parse(body);
  const [messageId = '', part, attempt] = String(sent.biz_opaque_callback_data).split('.');
  return {
    connector: 'whatsapp',
    providerId: `wamid.${messageId}.${number}`,
    ...{ messageId, part: Number(part), attempt: Number(attempt) },
    to: String(sent.to).replace('+', ''),
    text: sent.text.body,
  };
}

function twilioMessage(body: string, number: number): Omit<Delivered, 'at'> {
  const form = new URLSearchParams(body);
  const path = form.get('StatusCallback')?.split('/status/')[1] ?? '';
  const [messageId = '', part, attempt] = path.split('.');
  return {
    connector: 'twilio',
    providerId: `SM${number.toString(16).padStart(32, '0')}`,
    ...{ messageId, part: Number(part), attempt: Number(attempt) },
    to: form.get('To') ?? '',
    text: form.get('Body') ?? '',
  };
}

interface Spoken {
  readonly status: number;
  readonly value: unknown;
}

const statuses = { throttled: 429, refused: 400, unauthorized: 401 } as const;

/** The codes are of the vendors' own lists: support/error-codes (Meta), docs/api/errors (Twilio). */
const spoken = {
  whatsapp: (how: Answer, id: string): Spoken => {
    if (how === 'accepted' || how === 'accepted_told_first') {
      return { status: 200, value: { messaging_product: 'whatsapp', messages: [{ id }] } };
    }
    if (how in statuses) {
      const code = { throttled: 130429, refused: 131026, unauthorized: 190 };
      const name = how as keyof typeof code;
      return { status: statuses[name], value: { error: { code: code[name], message: how } } };
    }
    return { status: 500, value: {} };
  },
  twilio: (how: Answer, sid: string): Spoken => {
    if (how === 'accepted' || how === 'accepted_told_first') {
      return { status: 201, value: { sid, status: 'queued' } };
    }
    if (how in statuses) {
      const code = { throttled: 20429, refused: 21211, unauthorized: 20003 };
      const name = how as keyof typeof code;
      return { status: statuses[name], value: { code: code[name], message: how } };
    }
    return { status: 500, value: {} };
  },
};
