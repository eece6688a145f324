import type { Socket } from 'node:net';
import { setImmediate as nextRound } from 'node:timers/promises';
import type { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { Queue } from './fauxqs-stores.ts';

type App = ReturnType<typeof buildApp>;

const Receive = z.looseObject({ QueueUrl: z.string() });
const Received = z.looseObject({
  Messages: z.array(z.looseObject({ ReceiptHandle: z.string() })).default([]),
});

/**
 * Puts messages back whose receiver has hung up. 2.4.1 goes on waiting for a long poll whose connection is closed, and
 * gives it the next message: that message would stay hidden until its visibility timeout.
 */
export function handBackUnread(app: App, queueNamed: (url: string) => Queue | undefined): void {
  app.addHook('onSend', async (request, _, payload) => {
    const isReceive = request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage';
    if (!isReceive || typeof payload !== 'string') return payload;
    const { Messages } = Received.parse(JSON.parse(payload));
    if (Messages.length === 0 || !(await hasHungUp(request.raw.socket))) return payload;
    putAllBack(queueNamed(Receive.parse(request.body).QueueUrl), Messages);
    return payload;
  });
}

/** The last one first, so that the first stands first again. */
function putAllBack(
  queue: Queue | undefined,
  messages: z.infer<typeof Received>['Messages'],
): void {
  if (!queue) return;
  for (const { ReceiptHandle } of messages.toReversed()) putBack(queue, ReceiptHandle);
}

/** A hang-up that has arrived may not have been read yet: the loop goes round once more before the socket is asked. */
async function hasHungUp(socket: Socket): Promise<boolean> {
  for (let round = 0; round < 2; round += 1) await nextRound();
  return socket.destroyed || socket.readableEnded;
}

/**
 * `POST /_release {QueueUrl}` makes every message in flight visible. For a stack that starts: the receivers died with
 * the stack before, so waiting minutes for a timeout would protect nothing.
 */
export function releaseOnDemand(app: App, queueNamed: (url: string) => Queue | undefined): void {
  app.post('/_release', async (request) => {
    const body: unknown = JSON.parse(String(request.body));
    const queue = queueNamed(Receive.parse(body).QueueUrl);
    const held = [...(queue?.inflightMessages.keys() ?? [])];
    for (const receiptHandle of held.toReversed()) queue?.changeVisibility(receiptHandle, 0);
    return { released: held.length };
  });
}

function putBack(queue: Queue, receiptHandle: string): void {
  const held = queue.inflightMessages.get(receiptHandle);
  if (held) held.message.approximateReceiveCount -= 1;
  queue.changeVisibility(receiptHandle, 0);
}
