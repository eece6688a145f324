import { mediaRefusal } from './media.ts';

/** Every parameter the API has for creating a message (twilio-oai `CreateMessageRequest`, and 6.x's MessageIntent). */
const parameters = new Set([
  'To',
  'From',
  'MessagingServiceSid',
  'Body',
  'MediaUrl',
  'ContentSid',
  'ContentVariables',
  'StatusCallback',
  'ApplicationSid',
  'MaxPrice',
  'ProvideFeedback',
  'Attempt',
  'ValidityPeriod',
  'ForceDelivery',
  'ContentRetention',
  'AddressRetention',
  'SmartEncoded',
  'PersistentAction',
  'TrafficType',
  'ShortenUrls',
  'ScheduleType',
  'SendAt',
  'SendAsMms',
  'RiskCheck',
  'FallbackFrom',
  'MessageIntent',
]);

/** Twilio's own magic recipients (iam/test-credentials, "Test SMS messages"). */
const magicRecipients: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};

const recipient = /^(?:\+[1-9]\d{1,14}|(?:whatsapp|rcs):[+\w.-]{2,100})$/;

/**
 * The error code with which Twilio would refuse this form, or nothing. An unknown parameter is refused here,
 * though Twilio may let it pass: a misspelt one would otherwise be found in production.
 */
export function refusalOf(form: URLSearchParams): number | undefined {
  if ([...form.keys()].some((name) => !parameters.has(name))) return 20001;
  const to = form.get('To') ?? '';
  return (
    addressRefusal(form, to) ?? contentRefusal(form) ?? mediaRefusal(form) ?? magicRecipients[to]
  );
}

function addressRefusal(form: URLSearchParams, to: string): number | undefined {
  if (to === '') return 21604;
  if (/^\d{3,8}$/.test(to)) return 21265;
  if (!recipient.test(to)) return 21211;
  return form.get('From') || form.get('MessagingServiceSid') ? undefined : 21603;
}

function contentRefusal(form: URLSearchParams): number | undefined {
  const body = form.get('Body') ?? '';
  const contentSid = form.get('ContentSid');
  if (body === '' && contentSid === null && !form.has('MediaUrl')) return 21602;
  if (body.length > 1600) return 21617;
  if (contentSid !== null && !/^HX[0-9a-fA-F]{32}$/.test(contentSid)) return 21655;
  return settingRefusal(form);
}

function settingRefusal(form: URLSearchParams): number | undefined {
  const callback = form.get('StatusCallback');
  if (callback !== null && !isWebUrl(callback)) return 21609;
  const validity = Number(form.get('ValidityPeriod') ?? 36_000);
  return Number.isInteger(validity) && validity >= 1 && validity <= 36_000 ? undefined : 21624;
}

/** Twilio takes no underscore in the host name (messaging/guides/track-outbound-message-status). */
function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !url.hostname.includes('_');
}
