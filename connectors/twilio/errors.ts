import { allMessages, type ConsentChange, marketingMessages } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';

/**
 * The kinds of failure that Twilio's error codes stand for, and what each means for the reader. `account` and
 * `credentials` stop the whole account, `configuration` needs the operator, `transient` and `next_day` pass by
 * themselves.
 */
const kinds = {
  opted_out: { code: 'recipient_opted_out', retryable: false },
  marketing_opted_out: { code: 'recipient_opted_out', retryable: false },
  marketing: { code: 'marketing_not_delivered', retryable: false },
  window_closed: { code: 'reply_window_closed', retryable: false },
  too_long: { code: 'text_too_long', retryable: false },
  content: { code: 'content_not_supported', retryable: false },
  file: { code: 'media_rejected', retryable: false },
  file_size: { code: 'media_too_large', retryable: false },
  no_template: { code: 'template_unavailable', retryable: false },
  template: { code: 'template_rejected', retryable: false },
  late: { code: 'not_sent_in_time', retryable: true },
  address: { code: 'recipient_unreachable', retryable: false },
  country: { code: 'recipient_country_blocked', retryable: false },
  configuration: { code: 'channel_misconfigured', retryable: false },
  account: { code: 'account_restricted', retryable: false },
  credentials: { code: 'credentials_rejected', retryable: false },
  declined: { code: 'declined_by_channel', retryable: false },
  next_day: { code: 'daily_limit_reached', retryable: true },
  transient: { code: 'temporary_failure', retryable: true },
} as const satisfies Record<string, Pick<DeliveryError, 'code' | 'retryable'>>;
export type ErrorKind = keyof typeof kinds;

/**
 * Twilio's error codes that an outbound message can meet (docs/api/errors), in the answer to a send or later in a
 * status callback. A code that is not listed is final and reported with its number.
 */
const table: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  11200: ['file', 'Twilio could not fetch the file'],
  11751: ['file_size', 'the files are larger than an MMS may be'],
  12300: ['file', 'the file is not of the type that its address says'],
  14101: ['address', '"To" is not valid'],
  14107: ['transient', 'too many messages at once'],
  14111: ['configuration', 'a trial account writes to verified numbers only'],
  20003: ['credentials', 'Twilio refused the credentials'],
  20005: ['account', 'the Twilio account is not active'],
  20403: ['configuration', 'Twilio does not allow this to the credentials'],
  20404: ['configuration', 'Twilio does not know this account'],
  20429: ['transient', 'too many requests at once'],
  20500: ['transient', "a fault of Twilio's"],
  21211: ['address', 'the recipient is not a valid number'],
  21212: ['configuration', 'our sender is not a valid number'],
  21214: ['address', 'the recipient cannot be reached'],
  21217: ['address', 'the recipient is not a valid number'],
  21219: ['configuration', 'a trial account writes to verified numbers only'],
  21265: ['address', 'the recipient is a short code'],
  21266: ['address', 'the recipient is our own number'],
  21408: ['configuration', "sending to the recipient's country is not enabled"],
  21602: ['content', 'the message has no text'],
  21603: ['configuration', 'no sender and no Messaging Service is set'],
  21604: ['address', 'there is no recipient'],
  21606: ['configuration', 'our sender cannot write to this recipient'],
  21607: ['configuration', 'a trial account sends from its own number only'],
  21608: ['configuration', 'a trial account writes to verified numbers only'],
  21609: ['configuration', 'Twilio refused our status callback URL'],
  21610: ['opted_out', 'the recipient opted out of messages from this sender'],
  21611: ['transient', 'the queue of our sender is full'],
  21612: ['address', 'there is no route to the recipient'],
  21614: ['address', 'the recipient is not a mobile number'],
  21616: ['configuration', 'our sender is not one number of the account'],
  21617: ['too_long', 'the text is longer than 1600 characters'],
  21618: ['content', 'the text cannot be sent'],
  21619: ['content', 'the message has neither text nor files'],
  21620: ['file', 'the address of a file is not valid'],
  21621: ['configuration', 'our sender is not enabled for MMS'],
  21622: ['configuration', 'the account is not enabled for MMS'],
  21623: ['content', 'too many media files'],
  21624: ['configuration', 'the validity period is not valid'],
  21635: ['address', 'the recipient is a landline'],
  21654: ['no_template', 'a ContentSid is needed'],
  21655: ['no_template', 'Twilio does not know the ContentSid'],
  21656: ['template', 'the variables do not fit the template'],
  21657: ['configuration', 'our sender is not valid'],
  21658: ['too_long', 'a parameter is longer than Twilio allows'],
  21659: ['configuration', "our sender is not a number of Twilio's"],
  21660: ['configuration', 'our sender belongs to another account'],
  21661: ['configuration', 'our sender cannot send SMS'],
  21662: ['configuration', 'our sender cannot be used for this message'],
  21663: ['configuration', 'our sender cannot be used for this message'],
  21668: ['configuration', 'our sender cannot be used for this message'],
  21701: ['configuration', 'the Messaging Service does not exist'],
  21702: ['configuration', 'the Messaging Service cannot send'],
  21703: ['configuration', 'the Messaging Service has no sender for this message'],
  21704: ['configuration', 'the Messaging Service has no senders'],
  21705: ['configuration', 'the Messaging Service is not valid'],
  21708: ['configuration', 'the Messaging Service has no sender name'],
  21709: ['configuration', 'the sender name is not allowed in the Messaging Service'],
  21711: ['configuration', 'our sender is not in the Messaging Service'],
  21712: ['configuration', 'our sender is in another Messaging Service'],
  21910: ['address', '"From" and "To" are of different channels'],
  30001: ['transient', 'the queue was full'],
  30002: ['account', 'the Twilio account was suspended'],
  30003: ['transient', "the recipient's phone was off or out of reach"],
  30004: ['address', 'the recipient or the carrier blocks the message'],
  30005: ['address', 'the number does not exist'],
  30006: ['address', 'a landline, or a carrier out of reach'],
  30007: ['configuration', 'filtered by Twilio or by the carrier'],
  30008: ['transient', 'failed for an unknown reason'],
  30010: ['configuration', 'the message costs more than the account allows'],
  30011: ['content', 'the recipient cannot receive MMS'],
  30012: ['configuration', 'the validity period is too short'],
  30013: ['configuration', 'the validity period is too long'],
  30014: ['address', 'the recipient is not valid'],
  30015: ['configuration', 'the channel is not supported'],
  30016: ['address', '"From" and "To" are of different channels'],
  30017: ['transient', 'the carrier network was congested'],
  30018: ['configuration', 'the carrier wants the sender registered'],
  30019: ['file_size', 'the content is larger than the carrier allows'],
  30020: ['transient', "a fault of Twilio's scheduling"],
  30021: ['transient', "a fault of Twilio's Messaging Services"],
  30022: ['transient', 'our 10DLC number sent too fast'],
  30023: ['next_day', 'the 10DLC daily message cap is reached'],
  30024: ['configuration', 'our sender is not provisioned with the carrier'],
  30027: ['next_day', 'the T-Mobile daily message limit is reached'],
  30032: ['configuration', 'our toll-free number is not verified'],
  30033: ['configuration', 'our 10DLC campaign is suspended'],
  30034: ['configuration', 'our number is not registered for 10DLC'],
  30035: ['configuration', 'our number is still being configured'],
  30036: ['late', 'the validity period was over before it could be sent'],
  30037: ['configuration', 'sending is turned off for the account or the sender'],
  30040: ['configuration', 'the carrier wants our sender registered'],
  30041: ['configuration', 'the carrier does not take our sender'],
  30042: ['configuration', 'the carrier does not take our sender'],
  30410: ['transient', 'the carrier did not answer in time'],
  30450: ['configuration', 'blocked as suspected SMS pumping'],
  30500: ['transient', "a fault of Twilio's"],
  30610: ['configuration', "blocked by the recipient's quiet hours"],
  30630: ['opted_out', 'the recipient opted out'],
  30640: ['configuration', 'blocked by a compliance list'],
  35111: ['late', 'the time to send it at was not given'],
  35114: ['late', 'handed over too late for its time, or more than 35 days before it'],
  35115: ['late', 'handed over too late for its time, or more than 35 days before it'],
  35117: ['late', 'handed over too late for its time, or more than 35 days before it'],
  35118: ['configuration', 'only a Messaging Service schedules messages'],
  35125: ['configuration', 'Twilio keeps as many scheduled messages of the account as it may'],
  35126: ['content', 'the channel sends nothing at a later time'],
  63001: ['configuration', 'the channel refused its credentials'],
  63002: ['configuration', 'the channel does not know our sender'],
  63003: ['address', 'the channel does not know the recipient'],
  63005: ['content', 'the channel refused the content'],
  63006: ['content', 'the channel cannot show this content'],
  63007: ['configuration', 'our sender is not set up for the channel'],
  63008: ['configuration', 'the channel is set up wrongly'],
  63009: ['transient', 'the channel failed'],
  63010: ['transient', "a fault of the channel's"],
  63011: ['content', 'the channel found the request invalid'],
  63012: ['transient', "a fault of the channel's"],
  63013: ['configuration', "against the channel's policy"],
  63014: ['address', 'the recipient blocks our sender'],
  63015: ['declined', 'the recipient has not joined the sandbox'],
  63016: ['window_closed', 'outside the 24 hours in which free text is allowed; send a template'],
  63017: ['transient', "the channel's rate limit was exceeded"],
  63018: ['transient', "the channel's rate limit was exceeded"],
  63019: ['file', 'the channel could not load the file'],
  63020: ['configuration', 'our Business Manager account is not in order'],
  63021: ['content', 'the channel found the content invalid'],
  63022: ['configuration', 'the name of our sender is not certified'],
  63023: ['transient', 'the channel failed without a reason'],
  63024: ['address', 'the channel found the recipient invalid'],
  63026: ['declined', 'the channel flagged the content as spam'],
  63027: ['no_template', 'the template does not exist in this language'],
  63028: ['template', "the template's parameters do not fit"],
  63029: ['template', 'the recipient could not load the template'],
  63030: ['content', 'a parameter this kind of message does not have'],
  63031: ['address', "the customer's address is our own"],
  63032: ['declined', 'the channel does not allow a message to this recipient'],
  63033: ['opted_out', 'the recipient blocks our messages'],
  63034: ['file_size', 'the file is too large'],
  63035: ['configuration', 'our RCS agent has not been launched'],
  63036: ['address', 'the recipient has no RCS at the moment'],
  63037: ['file', 'the channel could not take the file'],
  63038: ['next_day', "the account's daily message limit was exceeded"],
  63040: ['template', 'the template was rejected'],
  63041: ['no_template', 'the template is paused'],
  63042: ['no_template', 'the template is disabled'],
  63049: ['marketing', 'Meta chose not to deliver this message'],
  63050: ['marketing_opted_out', 'the recipient opted out of marketing'],
  63051: ['configuration', 'our WhatsApp business account is locked'],
  63053: ['transient', 'the channel failed for a moment'],
  63054: ['no_template', 'the template is not there, or not approved'],
  63055: ['configuration', 'our sender or its channel is not set up for this'],
  63056: ['configuration', 'our sender or its channel is not set up for this'],
  63058: ['country', "the channel does not deliver to the recipient's country"],
  63059: ['configuration', 'our sender or its channel is not set up for this'],
  63062: ['configuration', 'our WhatsApp business account may not send'],
  63112: ['account', 'Meta has disabled our business account'],
  63120: ['account', 'the channel has restricted our account'],
};

/** A map, because the code comes from outside and an object has more keys than were written into it. */
const errorCodes = new Map(Object.entries(table));

export function errorKind(providerCode: string): ErrorKind | undefined {
  return errorCodes.get(providerCode)?.[0];
}

/** Tells trouble of the account from trouble of one message, and if it stops the whole account. */
export function accountTroubleOf(providerCode: string): { readonly pause: boolean } | undefined {
  const kind = errorKind(providerCode);
  if (kind === 'account') return { pause: true };
  return kind === 'configuration' ? { pause: false } : undefined;
}

/** The kinds of failure that tell what the recipient has refused. */
const refusedCategories: ReadonlyMap<ErrorKind | undefined, string> = new Map([
  ['opted_out', allMessages],
  ['marketing_opted_out', marketingMessages],
]);

/** Reads the opt-out behind an error, of which it may be the first that is heard. An empty sender is none. */
export function consentOf(providerCode: string, sender: string): ConsentChange | undefined {
  const category = refusedCategories.get(errorKind(providerCode));
  if (category === undefined) return undefined;
  return {
    ...{ category, state: 'revoked', source: 'delivery_error' },
    evidence: `Twilio error ${providerCode}`,
    ...(sender === '' ? {} : { sender }),
  };
}

/** One of Twilio's error codes in our words. Twilio's own text is left out: it can repeat the recipient's number. */
export function deliveryError(providerCode: string): DeliveryError {
  const [kind, title] = errorCodes.get(providerCode) ?? [];
  if (kind === undefined || title === undefined) {
    return {
      code: 'not_delivered',
      title: `Twilio error ${providerCode} (www.twilio.com/docs/api/errors/${providerCode})`,
      providerCode,
      retryable: false,
    };
  }
  return { ...kinds[kind], title, providerCode };
}
