import * as z from 'zod';
import { numericCode } from '#infra/local/simulators/calls/sent';
import type {
  ApiRequest,
  SimulatedAccount,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { answerContent } from './content.ts';
import { errorAnswer, faults } from './errors.ts';
import { inbound, inboundFields, ownConditions } from './inbound.ts';
import { answerFileHost, answerMedia, isFileHost } from './inbound-media.ts';
import { showMessages } from './list-messages.ts';
import { createMessage } from './messages.ts';
import { reportStatus, statuses } from './status.ts';

/** Twilio's Programmable Messaging as its users see it: `Messages.json`, files, signed callbacks, opt-out. */
export const simulator: Simulator = {
  connector: 'twilio',
  answer: (request, world) => {
    if (isFileHost(request)) return answerFileHost(request, world);
    return /^\/v[12]\/Content(\/|$)/.test(request.path)
      ? answerContentApi(request, world)
      : answerMessagesApi(request, world);
  },
  faults,
  customer: z
    .string()
    .regex(
      /^(?:\+\d{2,15}|\d{3,8}|(?=.*[A-Z])[A-Z0-9 ]{1,11}|(?:whatsapp|rcs):\S{2,100})$/,
      'expected a number, as +14155550123, a sender name, as DHL, or a number with its channel, as whatsapp:+14155550123',
    ),
  conditions: ownConditions,
  inboundFields,
  inbound,
  statuses,
  statusCode: numericCode,
  reportStatus,
};

function answerContentApi(
  request: ApiRequest,
  world: SimulatorWorld,
): ReturnType<Simulator['answer']> {
  const owner = world.accounts.find((each) => isAuthorized(request, each));
  return owner ? answerContent(request, owner, world) : errorAnswer(20003);
}

function answerMessagesApi(
  request: ApiRequest,
  world: SimulatorWorld,
): ReturnType<Simulator['answer']> {
  const [, sid, resource] =
    /^\/2010-04-01\/Accounts\/([^/]+)\/Messages(\.json|\/\w+\.json|\/[^/]+\/Media\/.*)$/.exec(
      request.path,
    ) ?? [];
  if (sid === undefined) return errorAnswer(20404);
  const account = world.accounts.find((each) => each.credentials['accountSid'] === sid);
  if (!account || !isAuthorized(request, account)) return errorAnswer(20003);
  if (resource?.includes('/Media/')) return answerMedia(request, account, world);
  if (request.method === 'GET') return showMessages(request, account, world);
  return resource === '.json' ? createMessage(request, account, world) : errorAnswer(20404);
}

/** Twilio takes the account's token, or an API key with its secret. */
function isAuthorized(request: ApiRequest, { credentials }: SimulatedAccount): boolean {
  const [scheme, encoded = ''] = (request.headers['authorization'] ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64').toString('utf8');
  const { accountSid, authToken, secondaryAuthToken, apiKeySid, apiKeySecret } = credentials;
  const valid = [`${accountSid}:${authToken}`];
  if (secondaryAuthToken) valid.push(`${accountSid}:${secondaryAuthToken}`);
  if (apiKeySid && apiKeySecret) valid.push(`${apiKeySid}:${apiKeySecret}`);
  return scheme === 'Basic' && valid.includes(given);
}
