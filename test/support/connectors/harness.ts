import type { StackDescription } from '#infra/local/description';
import type { SimulatedAccount } from '#infra/local/simulators/simulator';
import type { ReplyPlace } from '#test/support/replies/places';
import type { Door } from '#test/support/webhooks/forgery-rules';
import type { SignedRequest } from '#test/support/webhooks/signed-webhooks';
import type { Fixture } from './fixtures.ts';
import type { ContractCase } from './rules.ts';

/** Something that not every provider has. A test that needs it is skipped, and the reason is printed. */
export type Facility =
  /** The signature covers the body; a fixed token in a header does not. */
  | 'body signature'
  /** Payloads that others have recorded, in `../shared/corpus`. */
  | 'corpus'
  /** The provider tells that a message was not delivered. */
  | 'delivery failures'
  /** The provider tells what becomes of a message. */
  | 'statuses'
  /** Messages have types, so that one can be unknown. */
  | 'message types';

/** What the provider has told of one of our messages. */
export interface Told {
  readonly messageId: string;
  readonly status: string;
}

/** The provider's simulator, as the contracts ask it. */
export interface SimulatedProvider {
  readonly address: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly customer: string;
  readonly wrongCustomer: string;
  /** The request that sends a text to that customer. */
  readonly sending: (url: string, text: string, account: SimulatedAccount) => Request;
  /** What one webhook of the provider tells of our messages. */
  readonly toldIn: (body: string) => readonly Told[];
  /** What is told of a message by itself, in this order. */
  readonly usual: readonly string[];
  /** What the provider can say of a failure; absent where it tells none. */
  readonly failure?: { readonly status: string; readonly code: unknown };
  /** A fault of the provider's own, and the status of its answer. */
  readonly fault: readonly [string, number];
  /** What `POST /_inbound` takes for a message with this file; only where `fetchesMedia` is declared. */
  readonly fileFields?: (bytes: Buffer) => object;
  /** Faults that refuse a message for good, and our code for each. The provider's code is the fault's name if not given. */
  readonly refusals: readonly (readonly [fault: string, code: string, providerCode?: string])[];
  /** Several updates share a body. */
  readonly joins: boolean;
  /** A customer's message comes through the webhook, too. */
  readonly writesToWebhook: boolean;
}

/** How the provider signs what it posts to us. */
export interface WebhookSigner {
  /** The field of the credentials that holds the key. */
  readonly field: string;
  readonly header: string;
  readonly sign: (body: Buffer, secret: string, url: string) => string;
}

/** What only a provider that calls us has. */
export interface CallingProvider {
  /** A good webhook signed with this secret, and what the endpoint knows when it has been given this secret. */
  readonly signed: (secret: string) => Door;
  readonly signer: WebhookSigner;
  /** One text message. `key` is one digit: the customer is that of `customerOf`, and each has another message. */
  readonly text: (stack: StackDescription, key: string, text: string) => SignedRequest;
}

/** The test half of a connector: how its provider is played, and what it has not. */
export interface Harness {
  /** The account's settings as its own schema reads them. */
  readonly account: unknown;
  /** Turns a fixture file into a case. */
  readonly fixture: (name: string, fixture: Fixture) => ContractCase;
  /** The recorded payloads; empty where they are not at hand. */
  readonly corpus: () => readonly ContractCase[];
  readonly calls?: CallingProvider;
  readonly provider: SimulatedProvider;
  /** What AWS tells of a mail to this account; only where `receives` is `mail`. */
  readonly mailNotification?: () => string;
  /** As many customers as a test wants, as `POST /_inbound` takes them. */
  readonly customerOf: (number: number) => string;
  /** Every kind of conversation that a reply can be for. */
  readonly replyPlaces: readonly Omit<ReplyPlace, 'connector'>[];
  /** What the provider has against a rendered request; undefined when it takes it. */
  readonly refusal: (request: never) => unknown;
  /** Its part of the compression dictionary (test/dictionary). Absent: the dictionary has nothing of it. */
  readonly dictionary?: {
    /** So much is worth its weight in the bundle of normalize. */
    readonly characters: number;
    /** The likeliest connector stands last, with the highest number. */
    readonly order: number;
  };
  /** The name of a template, where names are not words. */
  readonly templateName?: string;
  /** A content type of a file in a reply, where the provider takes no PDF. */
  readonly fileType?: string;
  /** The first bytes of a file of that type. */
  readonly fileHead?: Buffer;
  /** The provider takes a file of a reply from our bucket alone, and from no web address. */
  readonly takesStoredFiles?: true;
  /** The page that describes the channel. */
  readonly page: string;
  /** Findings over the fixtures that are right for this provider, each with the reason. */
  readonly excused?: Readonly<Record<string, string>>;
  /** Why the provider has not got something. */
  readonly lacks: Readonly<Partial<Record<Facility, string>>>;
}
