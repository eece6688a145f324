/** One list of connectors: a file with an entry for each connector that has the face. */
export interface Registry {
  /** Holds the list, and a folder for each connector; absent: `connectors`. */
  readonly folder?: string;
  readonly name: string;
  /** The file in a connector's folder, and what it exports. */
  readonly face: string;
  readonly exported: string;
  /** A further file of the connectors that are in the list; absent: any connector with the face. */
  readonly alsoWith?: string;
  /** A file that a connector of the list does not have. */
  readonly without?: string;
  readonly doc: string;
  /** The type of one entry, and where it comes from. */
  readonly type: string;
  readonly from: string;
  /** The connectors that must be in it, as a type of `connectors/declarations.ts`; absent: all. */
  readonly who?: string;
}

/** All lists that are written from the folders of connectors. */
export const registries: readonly Registry[] = [
  {
    ...{ name: 'webhooks', face: 'webhook', exported: 'webhook' },
    doc: 'The webhook endpoints; a receiving Lambda carries one of them (infra/build/entries.ts).',
    ...{ type: 'Webhook', from: '#shared/connector/webhook', who: "ReceivingBy<'webhook'>" },
  },
  {
    ...{ name: 'topics', face: 'sns', exported: 'readNotification' },
    doc: 'Read SNS notifications; a receiving Lambda carries one of them (infra/build/entries.ts).',
    type: 'ReadTopic',
    ...{ from: '#shared/connector/topic', who: "ReceivingBy<'topic' | 'mail'>" },
  },
  {
    ...{ name: 'parsers', face: 'parser', exported: 'parse' },
    doc: 'Read queued items into canonical values.',
    ...{ type: 'Parse', from: '#shared/connector/parser' },
  },
  {
    ...{ name: 'payload-parsers', face: 'parser', exported: 'parse', without: 'status-parser' },
    doc: 'Read items whose payload holds everything: of every connector that receives no mail.',
    type: 'Parse',
    ...{ from: '#shared/connector/parser', who: "ReceivingBy<'webhook' | 'topic'>" },
  },
  {
    ...{ name: 'mail-parsers', face: 'parser', exported: 'parse', alsoWith: 'status-parser' },
    doc: 'Read items with a mail beside them, which takes much code and memory: `normalize-mail` alone carries them.',
    ...{ type: 'Parse', from: '#shared/connector/parser', who: "ReceivingBy<'mail'>" },
  },
  {
    ...{ name: 'status-parsers', face: 'status-parser', exported: 'parse' },
    doc: 'Read the delivery statuses of connectors that receive mail, without the code that reads mails.',
    ...{ type: 'Parse', from: '#shared/connector/parser', who: "ReceivingBy<'mail'>" },
  },
  {
    ...{ name: 'media-sources', face: 'media-source', exported: 'mediaSource' },
    doc: 'Fetch the files of messages: of the connectors that declare `fetchesMedia`, and of no other.',
    ...{ type: 'MediaSource', from: '#shared/connector/media', who: "Declaring<'fetchesMedia'>" },
  },
  {
    ...{ name: 'unsubscribe-links', face: 'unsubscribe-link', exported: 'unsubscribeLink' },
    doc: 'Read the links that unsubscribe; a function carries one of them (infra/build/entries.ts).',
    type: 'UnsubscribeLink',
    ...{ from: '#shared/connector/unsubscribe-link', who: "Declaring<'unsubscribesByLink'>" },
  },
  {
    ...{ name: 'reply-checks', face: 'reply-check', exported: 'replyCheck' },
    doc: "Hold the providers' limits of replies, beside what the connectors declare.",
    ...{ type: 'ReplyCheck', from: '#shared/connector/define-reply-check' },
  },
  {
    ...{ name: 'senders', face: 'sender', exported: 'sender' },
    doc: 'The outbound halves, with their provider SDKs: only the sending Lambda carries them.',
    ...{ type: 'Sender', from: '#shared/connector/define-sender' },
  },
  {
    ...{ name: 'doctors', face: 'doctor', exported: 'doctor' },
    doc: 'Say what to enter at the providers, and why a webhook is refused: of the connectors that declare `explainsWebhooks`.',
    ...{ type: 'Doctor', from: '#shared/connector/doctor', who: "Declaring<'explainsWebhooks'>" },
  },
  {
    ...{ name: 'catch-ups', face: 'catch-up', exported: 'catchUp' },
    doc: 'Read what webhooks have not brought: of the connectors that declare `catchesUp`; one function carries them.',
    ...{ type: 'CatchUp', from: '#shared/connector/catch-up', who: "Declaring<'catchesUp'>" },
  },
  {
    ...{ name: 'registrations', face: 'registration', exported: 'registration' },
    doc: 'Register webhooks through the API of the provider: of the connectors that declare `registersWebhooks`.',
    type: 'Registration',
    ...{ from: '#shared/connector/registration', who: "Declaring<'registersWebhooks'>" },
  },
  {
    ...{ name: 'token-refreshes', face: 'token-refresh', exported: 'tokenRefresh' },
    doc: 'Refresh access tokens that end: of the connectors that declare `refreshesTokens`.',
    ...{
      type: 'TokenRefresh',
      from: '#shared/connector/token-refresh',
      who: "Declaring<'refreshesTokens'>",
    },
  },
  {
    ...{ name: 'authorizations', face: 'authorization', exported: 'authorization' },
    doc: 'Get access tokens of accounts: of the connectors that declare `issuesTokens`.',
    ...{
      type: 'Authorization',
      from: '#shared/connector/authorization',
      who: "Declaring<'issuesTokens'>",
    },
  },
  {
    ...{ folder: 'infra/local/simulators', name: 'simulators', face: 'simulator' },
    exported: 'simulator',
    doc: 'Play the providers on the local stack.',
    ...{ type: 'Simulator', from: './simulator.ts' },
  },
  {
    ...{ folder: 'infra/local/simulators', name: 'samples', face: 'sample', exported: 'sample' },
    doc: 'Hold what is invented for each provider, without its simulator.',
    ...{ type: 'Sample', from: './sample.ts' },
  },
  {
    ...{ folder: 'test/connectors', name: 'harnesses', face: 'harness', exported: 'harness' },
    doc: 'The test halves of the connectors: how their providers are played.',
    ...{ type: 'Harness', from: '#test/support/connectors/harness' },
  },
];
