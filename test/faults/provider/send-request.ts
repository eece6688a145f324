import { accounts, type FaultAccount } from '#test/faults/accounts';

/** One request to send, as either provider is asked. */
export interface SendRequest {
  readonly account: FaultAccount;
  readonly to: string;
  readonly text: string;
  /** Ours, as it travels with the request: which message, which part, which attempt. */
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
}

/** Reads a request of either API; undefined for anything else. */
export function readSendRequest(path: string, body: string): SendRequest | undefined {
  const phoneNumberId = /^\/v[\d.]+\/(\d+)\/messages$/.exec(path)?.[1];
  if (phoneNumberId) return metaRequest(phoneNumberId, body);
  if (path.endsWith('/Messages.json')) return twilioRequest(body);
  return undefined;
}

function metaRequest(phoneNumberId: string, body: string): SendRequest | undefined {
  const asked = JSON.parse(body) as {
    to: string;
    text: { body: string };
    biz_opaque_callback_data: string;
  };
  const account = accounts.find(({ address }) => address === phoneNumberId);
  const reference = referenceOf(asked.biz_opaque_callback_data);
  return account && { account, to: asked.to, text: asked.text.body, ...reference };
}

function twilioRequest(body: string): SendRequest | undefined {
  const form = new URLSearchParams(body);
  const account = accounts.find(({ connector }) => connector === 'twilio');
  const callback = form.get('StatusCallback') ?? '';
  const reference = referenceOf(callback.slice(callback.lastIndexOf('/') + 1));
  return (
    account && { account, to: form.get('To') ?? '', text: form.get('Body') ?? '', ...reference }
  );
}

function referenceOf(text: string): Pick<SendRequest, 'messageId' | 'part' | 'attempt'> {
  const [messageId = '', part, attempt] = text.split('.');
  return { messageId, part: Number(part), attempt: Number(attempt) };
}
