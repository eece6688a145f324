/** One account of a provider, as functions and providers know it. */
export interface FaultAccount {
  readonly connector: ConnectorName;
  readonly account: string;
  readonly address: string;
  readonly publicUrl: string;
  readonly secretId: string;
}

export type ConnectorName = 'whatsapp' | 'twilio' | 'twitter' | 'email';

export interface Customer {
  readonly account: FaultAccount;
  /** As the channel writes it: digits, a number with its plus, a user id, a mailbox. */
  readonly address: string;
}

/** One message a customer writes. The marker is a word that nothing else holds. */
export interface Written {
  readonly customer: Customer;
  readonly providerId: string;
  readonly marker: string;
  /** The provider's id of an earlier message that it answers by name. */
  readonly answers?: string;
  /** Its words, where they are not a greeting with the marker. */
  readonly text?: string;
}

/** What a provider posts, before it is signed. */
export interface Webhook {
  readonly account: FaultAccount;
  readonly body: Buffer;
  /** What follows the account in the path; empty but for Twilio's status callbacks. */
  readonly subpath: string;
  /** Of a mail, whose bytes are the body: where SES has stored it, and what it tells of it. */
  readonly mail?: { readonly key: string; readonly notification: string };
}

/** One request to send, as any provider is asked. */
export interface SendRequest {
  readonly account: FaultAccount;
  readonly to: string;
  readonly text: string;
  /** Which of our messages it is, which part of it, and which attempt. */
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
  /** The address at which an answer names the conversation; of mail only. */
  readonly replyTo?: string;
}

/** A request as it can be read: not every provider is told which of our messages it is. */
export type AskedToSend = Pick<SendRequest, 'account' | 'to' | 'text' | 'replyTo'> &
  Partial<SendRequest>;

/** One message the provider took: the customer has it. */
export interface Accepted extends SendRequest {
  readonly providerId: string;
  readonly at: number;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export type StatusName = 'sent' | 'delivered' | 'read' | 'failed';

/** A provider as the harness plays it, on both of its sides. */
export interface FaultChannel {
  /** The account's settings. */
  readonly settings: (address: string) => Readonly<Record<string, unknown>>;
  /** What the secret of an account holds, different for every name. */
  readonly credentials: (name: string) => Readonly<Record<string, string>>;

  readonly customerAddress: (index: number) => string;
  readonly providerId: (marker: string) => string;
  /** One webhook may hold messages of several customers. */
  readonly joinsMessages: boolean;
  /** Messages of one customer come in the order in which they were acknowledged. */
  readonly keepsOrder: boolean;
  readonly messageWebhook: (messages: readonly [Written, ...Written[]]) => Webhook;
  readonly reactionWebhook?: (message: Written, id: string) => Webhook;
  /** The headers of a signed webhook; absent where AWS hands over and nothing is signed. */
  readonly sign?: (webhook: Webhook, url: string, credentials: Credentials) => Headers;

  /** Reads a request to send; undefined for anything else. */
  readonly readRequest: (
    path: string,
    body: string,
    accounts: readonly FaultAccount[],
  ) => AskedToSend | undefined | Promise<AskedToSend | undefined>;
  /** The provider's own id; `random` is 64 letters of hex. */
  readonly sentId: (random: string, at: number, count: number) => string;
  readonly accepted: (accepted: Accepted) => ProviderAnswer;
  readonly throttled: () => ProviderAnswer;
  readonly refused: () => ProviderAnswer;
  /** Pauses the account for some seconds. */
  readonly paused?: () => ProviderAnswer;
  /** The webhook by which a customer takes a message back; absent where this provider has none, or its text stays. */
  readonly deletionWebhook?: (message: Written) => Webhook;
  /** Answers a look-up of what was sent; undefined where it is none of this provider. */
  readonly list?: (url: URL, sends: readonly Accepted[]) => ProviderAnswer | undefined;
  /** The webhook that tells what became of a message; undefined where this provider never says so. */
  readonly statusWebhook: (send: Accepted, status: StatusName) => Webhook | undefined;
  /** The provider's code where that status tells of trouble of the whole account. */
  readonly troubleOf?: (send: Accepted, status: StatusName) => string | undefined;
}

type Credentials = Readonly<Record<string, string>>;
type Headers = Readonly<Record<string, string>>;

/** What a customer has written, as it stands in the message. */
export function textOf({ text, marker }: Written): string {
  return text ?? `hello ${marker}`;
}

export function referenceOf(text: string): Pick<SendRequest, 'messageId' | 'part' | 'attempt'> {
  const [messageId = '', part, attempt] = text.split('.');
  return { messageId, part: Number(part), attempt: Number(attempt) };
}
