import {
  PostWhatsAppMessageMediaCommand,
  SendWhatsAppMessageCommand,
  SocialMessagingClient,
} from '@aws-sdk/client-socialmessaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as socialMessaging } from '#infra/local/simulators/whatsapp-aws/simulator';
import { settings } from '#test/connectors/whatsapp-aws/notification';

let simulator: RunningSimulator;
let client: SocialMessagingClient;
beforeAll(async () => {
  simulator = await startSimulator(socialMessaging, [
    {
      ...{ account: 'main', address: settings.address, webhookUrl: 'http://127.0.0.1:9' },
      settings: { ...settings, topicArn: 'arn:aws:sns:eu-central-1:000000000000:told' },
      credentials: {},
    },
  ]);
  client = new SocialMessagingClient({
    region: 'eu-central-1',
    endpoint: simulator.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await simulator.stop();
});

const { originationPhoneNumberId } = settings;
const text = { messaging_product: 'whatsapp', to: '+16505551234', type: 'text' };
const send = (message: object, from = originationPhoneNumberId) =>
  client.send(
    new SendWhatsAppMessageCommand({
      originationPhoneNumberId: from,
      metaApiVersion: 'v23.0',
      message: Buffer.from(JSON.stringify(message)),
    }),
  );

/** The SDK is asked: it reads our answers as it would read those of AWS. */
describe('the simulated AWS End User Messaging', () => {
  it('takes a message as the SDK sends it, and answers with an id that is not Meta’s', async () => {
    const { messageId } = await send({ ...text, text: { body: 'hello' } });
    expect(messageId).toMatch(/^[0-9a-f-]{36}$/);
    const sent = (await (await fetch(`${simulator.url}/_sent`)).json()) as { messageId: string }[];
    expect(sent).toMatchObject([{ text: 'hello', messageId: expect.stringMatching(/^wamid\./) }]);
  });

  it('takes a file from S3', async () => {
    const sourceS3File = { bucketName: 'archive', key: 'a.png' };
    const { mediaId } = await client.send(
      new PostWhatsAppMessageMediaCommand({ originationPhoneNumberId, sourceS3File }),
    );
    expect(mediaId).toMatch(/^\d+$/);
  });

  it('refuses as Meta does, in AWS’s words', async () => {
    await expect(send({ ...text, text: { body: 'x'.repeat(4097) } })).rejects.toMatchObject({
      name: 'InvalidParametersException',
    });
    await expect(send({ ...text, text: { body: 'x' } }, 'phone-number-id-0')).rejects.toMatchObject(
      { name: 'ResourceNotFoundException' },
    );
  });

  it.each([
    ['429', 'ThrottledRequestException'],
    ['500', 'InternalServiceException'],
    ['DependencyException', 'DependencyException'],
    ['AccessDeniedByMetaException', 'AccessDeniedByMetaException'],
  ])('fails as it is told: %s', async (kind, name) => {
    await fetch(`${simulator.url}/_fault`, { method: 'POST', body: JSON.stringify({ kind }) });
    await expect(send({ ...text, text: { body: 'x' } })).rejects.toMatchObject({ name });
  });
});
