import { randomUUID } from 'node:crypto';
import type { ApiAnswer, ApiRequest, SimulatorWorld } from '#infra/local/simulators/simulator';
import { parsedJson } from '#shared/json';
import { exception, refusal } from './errors.ts';
import { accountOf, oweEvents } from './events.ts';
import { type Input, inputs, type Operation } from './inputs.ts';
import { isOptedOut } from './opt-out.ts';

/** Checks and takes a message, and lets its events follow. */
export function takeMessage(
  operation: Operation,
  { body }: ApiRequest,
  world: SimulatorWorld,
): ApiAnswer {
  const read = inputs[operation].safeParse(parsedJson(body.toString('utf8')));
  if (!read.success) {
    const fields = read.error.issues.map(({ path, code }) => path.join('.') || code).join(', ');
    return refusal('INVALID_PARAMETER', `invalid: ${fields}`);
  }
  const input: Input = read.data;
  const account = accountOf(input.OriginationIdentity, world);
  if (!account) return exception('ResourceNotFoundException', 'no such origination identity');
  const to = input.DestinationPhoneNumber;
  if (isOptedOut(world, { address: account.address, customer: to })) {
    return refusal('DESTINATION_PHONE_NUMBER_OPTED_OUT');
  }
  const send = {
    at: world.now().toISOString(),
    to,
    text: input.MessageBody ?? '',
    messageId: randomUUID(),
    request: { operation, ...input },
  };
  world.record(send);
  oweEvents(send, world);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ MessageId: send.messageId }),
  };
}
