/**
 * Every name that this code itself writes into the metadata of a message or a status. A caller's metadata may hold none
 * of them: an event would say in our name what the caller says.
 */
export const metadataNames = [
  // In any reply: its fallback was sent.
  'sentAs',
  // In a public reply: the check whose findings the caller has set aside.
  'overridden',
  // In a reply: the words that say why it is dearer than it need be.
  'costWarning',
  // In a text message: its segments, their encoding, and the character that forced it.
  ...(['segments', 'encoding', 'ucs2Character'] as const),
  // In `message.sent`: the time until which the provider keeps the message.
  'scheduledFor',
  // In a status: the attempt that it speaks of.
  'attempt',
  ...(['handledBy', 'origin', 'businessPhoneNumber', 'groupId', 'participant'] as const),
  ...(['frequentlyForwarded', 'referredCatalogId', 'referredProductId'] as const),
  ...(['pricingModel', 'pricingType', 'pricingCategory', 'billable'] as const),
  ...(['conversationId', 'conversationOrigin', 'conversationExpiresAt'] as const),
  ...(['messagingServiceSid', 'messageType', 'numSegments', 'fromCountry'] as const),
  ...(['fallbackErrorCode', 'optOut', 'optOutSource'] as const),
  ...(['rawDlrDoneDate', 'channelStatusMessage', 'sentFrom'] as const),
  ...(['eventType', 'dmConversationId', 'editOf'] as const),
  // In a message: no webhook brought it, a later reading of the provider's lists did.
  'caughtUp',
  ...(['mailClass', 'truncated', 'fromProblem', 'replyTo', 'sentBy', 'nameHoldsAddress'] as const),
  ...(['smtpStatus', 'diagnostic'] as const),
] as const;

export type MetadataName = (typeof metadataNames)[number];

/** Metadata that we write: the compiler names a writer whose name is not in the list. */
export type OwnMetadata = Readonly<Partial<Record<MetadataName, string>>>;
