import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { noteAuthor, oweActivity, reportStatus, statuses } from './activity.ts';
import { duplicate, invalidRequest, json, problem, unauthorized } from './answers.ts';
import {
  brandOf,
  customerNamed,
  directMessageActivity,
  postActivity,
  signedWebhook,
  snowflake,
} from './events.ts';
import { faults } from './faults.ts';
import { listDirectMessages, listPosts } from './lists.ts';
import { signedBy } from './oauth.ts';
import { CreateDirectMessage, CreatePost, type TakenRequest } from './requests.ts';

/** Makes ids unique within a millisecond. */
let sequence = 0;

/**
 * X as its users see it: OAuth 1.0a is really checked, unknown JSON keys are refused, the activity of our own account
 * comes back as `dm.sent` and `post.create`. Posts are taken whether or not their author mentioned us; the fault
 * `403-not-summoned` plays that refusal.
 */
export const simulator: Simulator = {
  connector: 'twitter',
  answer: (request, world) => {
    const account = signedBy(request, world.accounts, world.now());
    if (!account) return unauthorized;
    if (request.method === 'GET') return look(request, world, account);
    const recipient = /^\/2\/dm_conversations\/with\/([0-9]{1,19})\/messages$/.exec(request.path);
    if (request.method !== 'POST') return problem(404, 'Not Found', 'Not Found');
    if (recipient?.[1]) return takeDirectMessage(request, world, account, recipient[1]);
    if (request.path === '/2/tweets') return takePost(request, world, account);
    return problem(404, 'Not Found', 'Not Found');
  },
  faults,
  customer: z
    .string()
    .regex(/^(?:@?\w{1,20}|\d{1,19})$/, 'expected a handle, as @nora, or a numeric user id'),
  statuses,
  reportStatus,
  inbound: async ({ account: name, from, text, name: displayName }, world) => {
    const account = world.accounts.find((each) => name === undefined || each.account === name);
    if (!account) throw new BadCall(`no X account named ${name}`);
    const brand = brandOf(account);
    const customer = customerNamed(from, displayName);
    const at = world.now();
    const id = nextId(at);
    const isMention = text.toLowerCase().startsWith(`@${brand.username.toLowerCase()}`);
    if (isMention) noteAuthor(id, customer.id);
    const event = isMention
      ? postActivity('post.mention.create', { id, author: customer, text, at }, brand.id)
      : directMessageActivity('dm.received', { id, from: customer, to: brand, text, at }, brand.id);
    const status = await world.deliver(signedWebhook(account, event));
    return { providerMessageId: id, status };
  },
};

function look(request: ApiRequest, world: SimulatorWorld, account: SimulatedAccount): ApiAnswer {
  const customer = /^\/2\/dm_conversations\/with\/([0-9]{1,19})\/dm_events$/.exec(request.path);
  if (customer?.[1]) return listDirectMessages(request, world, account, customer[1]);
  const author = /^\/2\/users\/([0-9]{1,19})\/tweets$/.exec(request.path);
  if (author?.[1] === account.address) return listPosts(request, world, account);
  return problem(404, 'Not Found', 'Not Found');
}

function takeDirectMessage(
  request: ApiRequest,
  world: SimulatorWorld,
  account: SimulatedAccount,
  recipientId: string,
): ApiAnswer {
  const body = read(CreateDirectMessage, request);
  if ('refusal' in body) return body.refusal;
  const id = take(world, request, account, { to: recipientId, text: body.value.text });
  const [smaller, larger] = [account.address, recipientId].toSorted((a, b) =>
    BigInt(a) < BigInt(b) ? -1 : 1,
  );
  return json(201, { data: { dm_conversation_id: `${smaller}-${larger}`, dm_event_id: id } });
}

function takePost(
  request: ApiRequest,
  world: SimulatorWorld,
  account: SimulatedAccount,
): ApiAnswer {
  const body = read(CreatePost, request);
  if ('refusal' in body) return body.refusal;
  const { text, reply } = body.value;
  const to = reply.in_reply_to_tweet_id;
  if (world.sent.some((sent) => sent.to === to && sent.text === text)) return duplicate;
  const id = take(world, request, account, { to, text });
  return json(201, { data: { id, text, edit_history_tweet_ids: [id] } });
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  { headers, body }: ApiRequest,
): { readonly value: z.output<Schema> } | { readonly refusal: ApiAnswer } {
  if (!headers['content-type']?.startsWith('application/json')) {
    return { refusal: problem(415, 'Unsupported Media Type', 'the body must be JSON') };
  }
  try {
    const result = schema.safeParse(JSON.parse(body.toString('utf8')));
    if (result.success) return { value: result.data };
    const [issue] = result.error.issues;
    return { refusal: invalidRequest(`$.${issue?.path.join('.')}: ${issue?.message}`) };
  } catch {
    return { refusal: invalidRequest('the body is no JSON') };
  }
}

/** Records a message and schedules its activity; returns its id. */
function take(
  world: SimulatorWorld,
  { method, path, body }: ApiRequest,
  account: SimulatedAccount,
  said: { readonly to: string; readonly text: string },
): string {
  const at = world.now();
  const request: TakenRequest = {
    ...{ method, path, senderId: account.address },
    body: JSON.parse(body.toString('utf8')),
  };
  const send = { ...said, at: at.toISOString(), messageId: nextId(at), request };
  world.record(send);
  oweActivity(send, account, world);
  return send.messageId;
}

function nextId(at: Date): string {
  sequence += 1;
  return snowflake(at, sequence);
}
