import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  Simulator,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { keepMedia, keptMedia } from '#infra/local/simulators/whatsapp/media';
import { postMessage } from '#infra/local/simulators/whatsapp/messages';
import { simulator as whatsapp } from '#infra/local/simulators/whatsapp/simulator';
import { parsedJson } from '#shared/json';
import { exception, exceptionOf, faults } from './errors.ts';
import { throughAws } from './world.ts';

/**
 * AWS End User Messaging Social as a business sees it: an API before Meta's, and Meta's webhooks published on an SNS
 * topic entry by entry. Behind it stands the simulator of Meta itself.
 */
export const simulator: Simulator = {
  ...whatsapp,
  connector: 'whatsapp-aws',
  answer: (request, world) => {
    const account = world.accounts.find(({ settings }) => isFor(request, settings));
    if (!/^AWS4-HMAC-SHA256 /.test(request.headers['authorization'] ?? '')) {
      return exception(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    if (account === undefined) {
      return exception(404, 'ResourceNotFoundException', 'The resource was not found.');
    }
    switch (`${request.method} ${request.path}`) {
      case 'POST /v1/whatsapp/send':
        return sendMessage(request, account, throughAws(world));
      case 'POST /v1/whatsapp/media':
        return takeFile(request, account, throughAws(world));
      case 'POST /v1/whatsapp/media/get':
        return deliverFile(request, account, throughAws(world));
      default:
        return exception(404, 'UnknownOperationException', 'no such operation');
    }
  },
  faults,
  inbound: (message, world) => whatsapp.inbound(message, throughAws(world)),
  reportStatus: (send, report, world) => whatsapp.reportStatus(send, report, throughAws(world)),
  calls: Object.fromEntries(
    Object.entries(whatsapp.calls ?? {}).map(([name, call]) => [
      name,
      (body: Buffer, world: SimulatorWorld) => call(body, throughAws(world)),
    ]),
  ),
};

function isFor({ body }: ApiRequest, settings: SimulatedAccount['settings']): boolean {
  return inputOf(body)['originationPhoneNumberId'] === settings['originationPhoneNumberId'];
}

const DeliveryInput = z.object({
  mediaId: z.string().min(1),
  destinationS3PresignedUrl: z.object({
    url: z.url(),
    headers: z.record(z.string(), z.string()),
  }),
});

/** Meta's id stays with Meta: AWS answers with one of its own. */
function sendMessage(
  { body }: ApiRequest,
  account: SimulatedAccount,
  world: Parameters<typeof postMessage>[2],
): ApiAnswer {
  const { message, metaApiVersion } = inputOf(body);
  if (typeof message !== 'string' || !/^v\d+(\.\d+)?$/.test(String(metaApiVersion))) {
    return exception(
      400,
      'ValidationException',
      'The request contains an invalid parameter value.',
    );
  }
  const answer = postMessage(
    parsedJson(Buffer.from(message, 'base64').toString('utf8')),
    account,
    world,
  );
  return answer.status === 200 ? good({ messageId: randomUUID() }) : exceptionOf(answer);
}

/** AWS fetches the file from S3 by itself; its content does not matter here. */
function takeFile(
  { body }: ApiRequest,
  account: SimulatedAccount,
  world: Parameters<typeof keepMedia>[2],
): ApiAnswer {
  const { sourceS3File } = inputOf(body);
  if (typeof sourceS3File !== 'object' || sourceS3File === null) {
    return exception(
      400,
      'ValidationException',
      'The request contains an invalid parameter value.',
    );
  }
  const file = { account, bytes: Buffer.alloc(0), contentType: 'application/octet-stream' };
  return good({ mediaId: keepMedia(file, 'upload', world).id });
}

/** `GetWhatsAppMessageMedia`: puts the file to the presigned address, with the headers that were signed with it. */
async function deliverFile(
  { body }: ApiRequest,
  account: SimulatedAccount,
  world: Parameters<typeof keepMedia>[2],
): Promise<ApiAnswer> {
  const input = DeliveryInput.safeParse(inputOf(body));
  if (!input.success) {
    return exception(
      400,
      'ValidationException',
      'The request contains an invalid parameter value.',
    );
  }
  const { mediaId, destinationS3PresignedUrl: destination } = input.data;
  const file = keptMedia(mediaId, account, world);
  if (file === undefined) {
    return exception(404, 'ResourceNotFoundException', 'The resource was not found.');
  }
  const { contentType } = file;
  const headers = { 'content-type': contentType, ...destination.headers };
  const put = await fetch(destination.url, {
    method: 'PUT',
    headers,
    body: Uint8Array.from(file.bytes),
  }).catch(() => undefined);
  if (!put?.ok) return exception(502, 'DependencyException', 'The file could not be written.');
  return good({ mimeType: contentType, fileSize: Math.ceil(file.bytes.length / 1024) });
}

function inputOf(body: Buffer): Readonly<Record<string, unknown>> {
  const input = parsedJson(body.toString('utf8'));
  return typeof input === 'object' && input !== null ? { ...input } : {};
}

function good(value: object): ApiAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}
