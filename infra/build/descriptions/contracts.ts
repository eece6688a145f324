import { calendarEvent } from './calendar-event.ts';
import { content, replyContent, template } from './content.ts';
import { type Descriptions, under } from './descriptions.ts';
import { people } from './people.ts';
import { publicReplies } from './public-replies.ts';

const account = {
  contactId: 'The person or group, as far as the channel proves who it is.',
  connector: 'The connector that carries it, for instance whatsapp or twilio.',
  account: 'The account of the connector, as the stage names it.',
};

const messageIds = {
  ...account,
  conversationId: 'The conversation.',
  id: 'The id of the message: msg_, the conversation and the sequence.',
  direction:
    'inbound: from the customer. outbound: from the business, also when it was written elsewhere.',
  visibility: 'private, or public for a post that everybody can read.',
  channel: 'The channel.',
  providerMessageId:
    "The provider's id. Absent on an outbound message until the provider has taken it.",
  replyId: 'Outbound only: the replyId of your command.',
};

const status = {
  status: 'The delivery status. Status events and docs/consuming/outcomes.md say what it means.',
  errors: 'Why it failed or is uncertain; empty otherwise.',
};

const contactChange = {
  reason:
    'address_changed: the same person under new addresses. address_conflict: an address belongs to another contact too.',
  identities: 'The addresses that are valid from now on.',
  previousIdentities: 'The addresses that they replace.',
  relatedContactId: 'Another contact that has one of these addresses, or had it until now.',
  relatedConversationId:
    'A conversation that the new address had begun before the change was known.',
};

const consentChange = {
  category:
    "What was allowed or stopped: all_messages, or a kind of messages in the provider's words (marketing_messages).",
  state: 'granted or revoked.',
  evidence: "The customer's act that proves it, in the provider's words.",
  source:
    'How it was learnt. provider: the provider says so. keyword: the customer wrote a word that stands for it. delivery_error: the provider refused a message because of it. bounce: a message came back. complaint: a recipient reported it. unsubscribe: by the link of one click. Absent on older events.',
  sender: 'The address or Messaging Service on your side that it is for; absent for all of yours.',
  address: 'Whose it is, where that is not the customer; then there is no contactId.',
};

/**
 * Texts for the readers of the contracts, one for each published field. The texts stand here and not in the schemas, because
 * the functions carry the schemas and would carry the texts too. A test finds a field without a text.
 */
export const descriptions: Readonly<Record<string, Descriptions>> = {
  Message: {
    ...messageIds,
    providerThreadId: "The provider's id of the thread, where the channel has threads.",
    inReplyTo: 'The message that this one quotes or answers.',
    'inReplyTo.messageId': 'Its id here; absent when it is not stored.',
    'inReplyTo.providerMessageId': "The provider's id of it.",
    author: 'Who wrote it.',
    recipients:
      'To whom it was sent: our address, the customer, or the group; of a mail everybody in To and Cc.',
    cc: 'Of a mail: those of the recipients who were sent a copy.',
    bcc: 'Outbound only: people who were sent a copy that the other recipients do not learn of.',
    occurredAt: "When it was written, by the provider's clock. Do not order by it.",
    receivedAt: 'When Switchboard received it, by its own clock.',
    content: 'What it carries. Types that you do not know may come: show text for them.',
    text: 'The content as plain text, whatever its type. Empty only where there is nothing to read.',
    quotedText: 'Earlier text that a mail quotes, cut from text.',
    originalHtml:
      'Where the HTML body of a mail is stored as it came (s3://…). Untrusted: it can hold scripts.',
    sanitizedHtml:
      'Where the copy of it is that can be shown (s3://…): nothing runs, nothing is loaded from the web.',
    remoteImages: 'The images that the original HTML would load from the web.',
    'remoteImages[].url':
      'The address of the image. To load it tells its sender that the mail was read.',
    'remoteImages[].tracker': 'True for an image that cannot be seen: it counts readers.',
    html: 'Deprecated: the same as originalHtml, for one release.',
    subject: 'The subject of a mail.',
    attachments: 'Its files.',
    language: 'The language that the provider detected.',
    replyWindow:
      'The reply window of the conversation after this message, where the channel has one.',
    authenticity: 'How far a mail proves its sender (email only).',
    automated:
      'True for an automatic answer, for instance out of office. Do not answer it automatically.',
    forwarded: 'True when the customer forwarded it.',
    referral: 'The advertisement or post from which the customer came.',
    'referral.sourceType': 'Its kind, as the provider names it.',
    'referral.sourceId': "The provider's id of it.",
    'referral.sourceUrl': 'Its address.',
    'referral.headline': 'Its headline.',
    'referral.body': 'Its text.',
    'referral.clickId': "The provider's id of the click.",
    ...status,
    parts:
      'Of a reply in several messages, or to a group: what became of each part. status is true of all.',
    metadata:
      "Of inbound: facts of the channel, named on its page. Of outbound: your command's metadata.",
    raw: 'The payload that the message was read from.',
    'raw.sha256': 'Its SHA-256 in hex. `switchboard show <message id> --raw` prints the payload.',
  },
  MessageReference: messageIds,
  Conversation: {
    ...account,
    id: 'The id of the conversation, beginning with cnv_. It is the subject of its events.',
    channel: 'The channel.',
    businessIdentity: 'The address of the business that the customer writes to.',
    customerIdentities: "The customer's addresses on this channel; the first one is answered.",
    customerName:
      "The customer's name, or the group's subject, as the channel tells it. Not verified.",
    customerUsername: "The customer's user name on the channel.",
    participants: 'The people who take part beside the customer.',
    threadKey: "The provider's thread: the first mail, or the first public post.",
    subject: 'The subject of an email thread.',
    visibility: 'private, or public for a thread of posts that everybody can read.',
    status: 'open or closed.',
    sequence: 'How many entries the conversation has. They are numbered from 1 without gaps.',
    openedAt: 'When it began.',
    lastActivityAt: 'When its newest entry was written.',
    replyWindow: 'Until when the channel takes free text, where it has such a limit.',
    handledBy: 'An automatic agent of the channel that has the conversation. Answer by hand only.',
    relatedConversationId:
      'The conversation that its first message named without the right to join it.',
  },
  Attachment: {
    id: 'The id of the attachment, beginning with att_.',
    kind: 'What it is. other: a file of no other kind.',
    contentType: 'Its media type (image/jpeg).',
    fileName: 'The name that the sender gave it. Never use it as a path.',
    sizeBytes: 'Its size, where it is known.',
    sha256: 'Its SHA-256 in hex, where it is known.',
    uri: 'Where our copy is (s3://<bucket>/<key>), once state is stored. Nobody has scanned it.',
    providerReference:
      "The provider's own pointer to the file: a URL, an id, or the part of a mail.",
    altText: 'The words that its sender wrote for people who cannot see it.',
    contentId: 'The id by which the HTML of a mail shows it (RFC 2392).',
    inline: 'True when the HTML shows it.',
    calendar: 'The event that a calendar file tells of.',
    state: 'pending: not fetched. stored: at uri. failed, expired: there is no file.',
    error: 'Why it failed or expired.',
  },
  CalendarEvent: calendarEvent,
  ...people,
  ReplyWindow: {
    closesAt: 'When it closes. After that only a template is taken.',
    freeForm: 'Whether free text is taken until then.',
  },
  DeliveryError: {
    code: 'Our stable code (docs/errors.md). Treat one that you do not know like request_rejected.',
    title: "A sentence for people, in the provider's words where it has some.",
    providerCode: "The provider's code.",
    retryable: 'Whether the same content can pass later, under a new replyId.',
    findings: 'Of personal_data: what a public reply would have shown.',
    advice: 'The other way to reach the customer, where this one is closed and there may be one.',
  },
  Advice: {
    action: 'reply_in_private: by a private message. reply_in_public: where everybody can read it.',
    channel: 'The channel of the other way.',
    conversationId:
      'The conversation to answer in. Absent where there is none yet: the customer has to write there first.',
  },
  ...publicReplies,
  MessagePart: {
    part: 'Which message of the reply, from 0, in the order in which the customer gets them.',
    recipient: 'In a group: the member, as the provider names it.',
    providerMessageId: "The provider's id of this message.",
    ...status,
  },
  ConsentChange: consentChange,
  ContactChange: contactChange,
  Event: {
    specversion: 'The version of CloudEvents.',
    id: 'The id of the event. The same event has the same id however often it comes.',
    source: '/channels/<channel>/<account>, or /replies/<caller> for a command that was refused.',
    type: 'What happened (docs/consuming/events.md).',
    subject: 'The conversation.',
    time: 'When it happened. Do not order by it.',
    datacontenttype: 'The media type of data.',
    dataschema: 'The schema of the event.',
    sequence: 'The number of the entry in its conversation, as digits: 1, 2, 3 without gaps.',
    revision: 'The number of the change of its message, as digits: 1, 2, 3 without gaps.',
    partitionkey: 'What keeps its order: the message group on the queue.',
    traceparent: 'The trace (W3C Trace Context).',
    dataref: 'Where data is stored, if it is not in the event.',
    channel: 'The channel.',
    account: 'The account of the connector, as the stage names it.',
    data: 'What the event says.',
    ...under('data', {
      ...contactChange,
      ...consentChange,
      ...status,
      reason:
        'Of message.delayed why the reply waits: rate_limit, account_paused, earlier_reply or retry. Of contact.updated: address_changed, the same person under new addresses, or address_conflict, an address belongs to another contact too.',
      expectedAt: 'When the reply will probably be sent; absent where it is not known.',
      message: 'The whole message in message.received and message.accepted; elsewhere its ids.',
      replyId: 'The replyId of your command.',
      occurredAt: "When it happened, by the provider's clock.",
      parts: 'Of a reply in several messages, or to a group: each part as it was then.',
      metadata: 'Texts that the provider says beside the status, for instance a price.',
      cost: 'Of message.sent, at a provider that charges by the use: the estimated price.',
      content: 'The content as it is now.',
      text: 'The content as plain text.',
      attachment: 'The attachment as it is now.',
      emoji: 'The emoji of the reaction.',
      author: 'Who reacted.',
      conversation: 'The conversation.',
      contactId: 'The person or group.',
      code: 'Our stable code (docs/errors.md), or the field of the webhook.',
      title: 'A sentence for people.',
      details: "What the provider says of it, in the provider's own form.",
    }),
  },
  Content: content,
  ReplyContent: replyContent,
  ReplyCommand: {
    replyId: 'Your id of the reply. The same id with the same content is the same reply.',
    conversationId: 'The conversation to answer.',
    content: 'What to send.',
    fallbackTemplate: 'A template that goes out in its place where the reply window is closed.',
    ...under('fallbackTemplate', { type: 'template.', ...template }),
    asText:
      'True when buttons, a list or a link may go out as numbered text on a channel without them.',
    subject: 'Of a mail: a subject of its own, in place of that of the conversation.',
    to: 'Of a mail: plain addresses in place of the customer.',
    cc: 'Of a mail: who gets a copy; absent: all who take part. An empty list: no copies.',
    bcc: 'Of a mail: who gets a copy that the others do not learn of.',
    sendAt: 'The time at which the provider is to send it; at once when absent.',
    caller: 'Which of your systems replies, where two may use the same replyId.',
    purpose: "marketing for a message of a campaign: it goes when agents' replies leave room.",
    override: 'Checks to set aside: personal_data sends a public reply that shows personal data.',
    inReplyToMessageId:
      'The message to quote or answer; the newest one of the customer when absent.',
    author: 'Who answers.',
    'author.role': 'agent (when absent) or bot.',
    'author.displayName': 'The name of the author.',
    metadata: 'Texts that stay with the message and come back in its events.',
  },
  SignalCommand: {
    conversationId: 'The conversation.',
    signal: 'read: a read receipt. typing: a typing indicator.',
    messageId: 'The message of the customer that was read or is answered; the newest when absent.',
  },
};
