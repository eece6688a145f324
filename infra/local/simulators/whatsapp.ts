import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  Simulator,
  SimulatorWorld,
} from './simulator.ts';
import { control } from './whatsapp-control.ts';
import { graphError, namedFault, noSuchObject, parsedJson } from './whatsapp-errors.ts';
import { inbound } from './whatsapp-inbound.ts';
import { answerMedia, downloadMedia, uploadMedia } from './whatsapp-media.ts';
import { postMessage } from './whatsapp-messages.ts';
import { report } from './whatsapp-statuses.ts';

/**
 * Meta's Cloud API as a business sees it: messages with their limits, read marks, media, signed webhooks. It reviews
 * no templates.
 */
export const whatsapp: Simulator = {
  connector: 'whatsapp',
  answer,
  fault: namedFault,
  inbound,
  report,
  control,
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

/** What a business number offers. */
function answerNumber(
  call: string,
  request: ApiRequest,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<ApiAnswer> | ApiAnswer {
  if (call === 'POST messages') return postMessage(parsedJson(request.body), account, world);
  if (call === 'POST media') return uploadMedia(request, account, world);
  return noSuchObject(request.method, account.address);
}
