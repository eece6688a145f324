import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  ApiAnswer,
  ApiRequest,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { publishRequest } from '#infra/local/simulators/sns-publish';
import { exception, faults } from './errors.ts';
import { failures, reportStatus, statuses } from './events.ts';
import { inputs, type Operation } from './inputs.ts';
import { takeMessage } from './messages.ts';
import { noteOptOut } from './opt-out.ts';

/**
 * AWS End User Messaging SMS as its users see it: two operations in JSON 1.0, customers' messages and events published
 * on an SNS topic, and its opt-out list.
 */
export const simulator: Simulator = {
  connector: 'aws-sms',
  answer,
  faults,
  customer: z
    .string()
    .regex(
      /^(?:\+\d{2,15}|\d{3,8}|(?=.*[A-Z])[A-Z0-9 ]{1,11})$/,
      'expected a number, as +14155550123, a short code, or a sender name, as DHL',
    ),
  statuses,
  statusCode: z.enum(failures, { error: `expected one of ${failures.join(', ')}` }),
  reportStatus,
  inbound: async (message, world) => {
    const account = world.accounts.find(
      (each) => message.account === undefined || each.account === message.account,
    );
    if (!account) throw new BadCall('there is no number here');
    const { from, text } = message;
    noteOptOut(world, { address: account.address, customer: from }, text);
    const inboundMessageId = randomUUID();
    const told = {
      originationNumber: from,
      destinationNumber: account.address,
      messageKeyword: `KEYWORD_${account.address.replace(/\D/g, '')}`,
      messageBody: text,
      inboundMessageId,
      ...answered(from, world),
    };
    const topicArn = String(account.settings['topicArn']);
    const request = publishRequest(account.webhookUrl, topicArn, JSON.stringify(told));
    return { providerMessageId: inboundMessageId, status: await world.deliver(request) };
  },
};

/** The last message that this customer got from us. */
function answered(from: string, { sent }: SimulatorWorld): object {
  const last = sent.findLast(({ to }) => to === from);
  return last ? { previousPublishedMessageId: last.messageId } : {};
}

function answer(request: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const { authorization = '', 'x-amz-target': target = '' } = request.headers;
  if (!/^AWS4-HMAC-SHA256 .*\/sms-voice\/aws4_request/.test(authorization)) {
    return exception('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const operation = /^PinpointSMSVoiceV2\.(\w+)$/.exec(target)?.[1] ?? '';
  const isJson = request.headers['content-type'] === 'application/x-amz-json-1.0';
  if (request.path !== '/' || !isJson || !isOperation(operation)) {
    return exception('UnknownOperationException', `no operation ${target} here`);
  }
  return takeMessage(operation, request, world);
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(inputs, name);
}
