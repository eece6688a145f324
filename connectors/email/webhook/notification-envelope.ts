import { isObject, jsonText, parsedJson } from '#shared/json';

/** The JSON inside an SNS message, with the wrappers it may come in taken off. */
export type Unwrapped =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The text SES puts on a topic when an event destination is made. Not JSON, and nothing to act on. */
const topicTest = 'Successfully validated SNS topic';

/** The object SES writes when a receipt rule with an S3 action is made. */
const setupObject = 'AMAZON_SES_SETUP_NOTIFICATION';

/**
 * Takes off SNS's envelope (when raw delivery is off) and EventBridge's (`detail`), and sorts out what AWS sends
 * about the wiring itself, which must be acknowledged and never quarantined.
 */
export function unwrapNotification(text: string): Unwrapped {
  const value = parsedJson(text);
  if (value === undefined) return ignoredText(text) ?? unreadable('not JSON');
  if (typeof value === 'string') return ignoredText(value) ?? unreadable('a JSON text');
  if (!isObject(value)) return unreadable('not a JSON object');
  if (value['Type'] === 'Notification' && typeof value['Message'] === 'string') {
    return unwrapNotification(value['Message']);
  }
  const reason = wiringReason(value);
  if (reason) return { kind: 'ignored', reason };
  if (value['source'] === 'aws.ses' && isObject(value['detail'])) {
    return { kind: 'json', value: value['detail'] };
  }
  return { kind: 'json', value };
}

function wiringReason(value: Readonly<Record<string, unknown>>): string | undefined {
  const type = value['Type'];
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation')
    return 'sns_handshake';
  if (value['Event'] === 's3:TestEvent') return 's3_test_event';
  if (names(value['Records'], setupObject)) return 'ses_setup_notification';
  if (isObject(value['receipt']) && names(value['receipt']['action'], setupObject)) {
    return 'ses_setup_notification';
  }
  return undefined;
}

function names(value: unknown, word: string): boolean {
  return value !== undefined && jsonText(value).includes(word);
}

function ignoredText(text: string): Unwrapped | undefined {
  return text.includes(topicTest) ? { kind: 'ignored', reason: 'ses_topic_test' } : undefined;
}

function unreadable(reason: string): Unwrapped {
  return { kind: 'unreadable', reason };
}
