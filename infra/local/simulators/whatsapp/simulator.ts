import * as z from 'zod';
import { numericCode } from '#infra/local/simulators/calls/sent';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { parsedJson } from '#shared/json';
import { ownCalls, reportStatus, statuses, statusFields } from './control.ts';
import { graphError, noSuchObject } from './errors.ts';
import { faults } from './faults.ts';
import { inbound, More } from './inbound.ts';
import { answerMedia, downloadMedia, uploadMedia } from './media.ts';
import { postMessage } from './messages.ts';
import { ownConditions } from './state.ts';

/**
 * Meta's Cloud API as a business sees it: messages with their limits, read marks, media, signed webhooks. It reviews
 * no templates.
 */
export const simulator: Simulator = {
  connector: 'whatsapp',
  answer,
  faults,
  conditions: ownConditions,
  customer: z
    .string()
    .regex(
      /^(?:\+?[\d\s().-]{5,24}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128})$/,
      'expected a phone number, as 491701234567, or a user id, as DE.44',
    ),
  inboundFields: More.shape,
  inbound,
  statuses,
  statusCode: numericCode,
  statusFields,
  reportStatus,
  calls: ownCalls,
};

async function answer(request: ApiRequest, world: SimulatorWorld): Promise<ApiAnswer> {
  const token = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  const accounts = world.accounts.filter(({ credentials }) => credentials['accessToken'] === token);
  if (request.path === '/whatsapp_business/attachments/') {
    return accounts.length > 0 ? downloadMedia(request, world) : { status: 401, body: '' };
  }
  const [, id, edge] = /^\/v\d+\.\d+\/(\d+)(?:\/(\w+))?$/.exec(request.path) ?? [];
  if (id === undefined) return noSuchObject(request.method, request.path.split('/').at(-1) ?? '');
  if (accounts.length === 0) return graphError(190);
  if (edge === undefined) return answerMedia(request, id, world);
  const account = accounts.find(({ address }) => address === id);
  return account === undefined
    ? noSuchObject(request.method, id)
    : answerNumber(`${request.method} ${edge}`, request, account, world);
}

/** Answers the calls of a business number. */
function answerNumber(
  call: string,
  request: ApiRequest,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<ApiAnswer> | ApiAnswer {
  if (call === 'POST messages')
    return postMessage(parsedJson(request.body.toString('utf8')), account, world);
  if (call === 'POST media') return uploadMedia(request, account, world);
  return noSuchObject(request.method, account.address);
}
