import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { capabilitiesOf } from '#connectors/capabilities';
import { replyAccepter } from '#functions/accept-reply/accept-reply';
import { replySubmitter, signalSubmitter } from '#functions/submit-reply/submit-reply';
import { publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import type { Table } from '#shared/aws/store/table';
import { messageIdOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { Event } from '#shared/model/event';
import {
  conversationAt,
  type ReplyPlace,
  replyPlaces,
  settingOf,
} from '#test/support/replies/places';

const now = () => new Date('2026-11-21T10:00:00.000Z');
const settings = { accounts: replyPlaces.map(settingOf), archiveBucket: 'archive' };

/** Every file is there. */
const look = async () => ({ kind: 'found' as const, sizeBytes: 1 });

/** Opens a conversation of every kind, and one for each kind of address a customer can have. */
export async function openConversations(table: Table): Promise<string[]> {
  const opened = [];
  for (const place of replyPlaces) {
    for (const customer of place.customers) {
      if (customer[1] !== '') opened.push(await open(table, place, customer));
    }
  }
  return opened;
}

async function open(
  table: Table,
  place: ReplyPlace,
  customer: ReplyPlace['customers'][number],
): Promise<string> {
  const [found] = fc.sample(conversationAt({ ...place, customers: [customer] }), 1);
  const [identity] = found?.customerIdentities ?? [];
  if (!found || !identity) throw new Error('no conversation');
  const { businessIdentity: business, threadKey: key } = found;
  const { replyWindowHours } = capabilitiesOf(place.connector, place.channel) ?? {};
  const origin = {
    ...{ connector: place.connector, account: 'main', receivedAt: now().toISOString() },
    ...(replyWindowHours === undefined ? {} : { replyWindowHours }),
  };
  const { conversation, entry } = await appendMessage(table, origin, {
    ...{ kind: 'message', channel: place.channel, direction: 'inbound' },
    ...{ visibility: place.visibility, business, customer: { identities: [identity] } },
    providerMessageId: `wamid.${place.channel}.${place.visibility}.${identity.address}`,
    ...{ occurredAt: now().toISOString(), content: { type: 'text', text: 'Hello' } },
    ...{ text: 'Hello', attachments: [] },
    ...(key ? { thread: { key, follows: [] } } : {}),
  });
  const [normalized, outbound] = [keeping().queue, keeping().queue];
  await publish({ table, normalized, outbound, now }, conversation, entry);
  return conversation.id;
}

/** A queue that keeps what is put on it, if SQS would have taken it. */
function keeping() {
  const bodies: string[] = [];
  const groups: (string | undefined)[] = [];
  const send = async ({ input }: SendMessageCommand) => {
    const { MessageBody = '', MessageGroupId } = input;
    if (!/^[\x20-\x7e]{1,1048576}$/.test(MessageBody)) throw new Error('SQS refuses the body');
    bodies.push(MessageBody);
    groups.push(MessageGroupId);
  };
  const queue: Queue = { url: 'queue', client: { send } as unknown as Queue['client'] };
  return { bodies, groups, queue };
}

/** Posts a body to a conversation; resolves with the answer and what was put on the replies queue. */
export async function byHttp(
  table: Table,
  kind: 'replies' | 'signals',
  conversationId: string,
  body: string,
) {
  const queued: string[] = [];
  const dependencies = {
    ...{ table, settings, look, now },
    enqueue: async (command: unknown) => {
      queued.push(canonicalJson(command));
    },
  };
  const submit = kind === 'replies' ? replySubmitter(dependencies) : signalSubmitter(dependencies);
  const answer = await submit({
    ...{ body: Buffer.from(body).toString('base64'), isBase64Encoded: true },
    pathParameters: { id: conversationId },
    requestContext: { requestId: 'one-request' },
  } as unknown as APIGatewayProxyEventV2);
  return { status: answer.statusCode ?? 0, answer: JSON.parse(answer.body ?? ''), queued };
}

let commanded = 0;

/** Delivers a command from the replies queue twice; resolves with what it left on the other queues. */
export async function byQueue(table: Table, body: string) {
  const [normalized, outbound] = [keeping(), keeping()];
  const target = { table, normalized: normalized.queue, outbound: outbound.queue, now };
  commanded += 1;
  const queueId = `queue-${commanded}`;
  const accept = replyAccepter({ target, settings, look, now });
  await accept(body, queueId);
  await accept(body, queueId);
  // A second delivery may say the same again; the queue drops it.
  const bodies = [...new Set(normalized.bodies)];
  return {
    events: bodies.map((each) => Event.parse(JSON.parse(each))),
    groups: [...new Set(normalized.groups)],
    sends: [...new Set(outbound.bodies)],
  };
}

let written = 0;

/** The body with its placeholders filled; each has a replyId of its own. */
export function bodyFor(template: string, conversationId: string): string {
  written += 1;
  return template
    .replaceAll('<id>', `r${written}`)
    .replaceAll('<conversation>', conversationId)
    .replaceAll('<message>', messageIdOf(conversationId, { sequence: 1 }))
    .replaceAll('<unknown>', messageIdOf(conversationId, { sequence: 99 }));
}
