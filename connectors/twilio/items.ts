import { createHash } from 'node:crypto';
import type { WebhookItem } from '#shared/connector/webhook';
import { type Parameters, signedText } from './form.ts';
import { statuses } from './statuses.ts';

/** The input of `parse`: everything Twilio told, in its own words, and the path it called. */
export interface ItemPayload {
  readonly params: Parameters;
  readonly subpath: string;
  /** Only where the body was JSON: kept as it came, and never read. */
  readonly json?: string;
}

/**
 * The form an authentic webhook must have before any of it is believed.
 *
 * Twilio signs names and values without separators, so one signature fits many forms: `MessageSid=SM1` and
 * `MessageSi=dSM1` sign alike. The four names every callback carries are therefore required exactly once, and their
 * values must have their own shape. A cut-off tail of a SID would have to begin a name that sorts between `MessageSid`
 * and `To`, and no hexadecimal digit does. Twilio's own SIDs have 32 digits (OpenAPI: `^(SM|MM)[0-9a-fA-F]{32}$`);
 * shorter ones are let through because test tools write them and nothing is lost.
 */
const requiredShapes = {
  AccountSid: /^AC[0-9a-fA-F]{1,32}$/,
  MessageSid: /^[A-Z]{2}[0-9a-fA-F]{1,32}$/,
  From: /^.{1,512}$/s,
  To: /^.{1,512}$/s,
} as const;

const optionalShapes = {
  MessageStatus: /^[a-z_]{1,40}$/,
  SmsStatus: /^[a-z_]{1,40}$/,
  ApiVersion: /^\d{4}-\d{2}-\d{2}$/,
} as const;

/** Statuses of a message on its way to us; every other one speaks of a message we sent. */
const inboundStatuses = new Set(['received', 'receiving']);

/**
 * Makes the one item of one verified form. A form without the required shape comes back `unreadable`, under an id made
 * of the signed text, so that repeats are one.
 */
export function readItems(
  params: Parameters,
  subpath: string,
  accountSid: string,
): readonly WebhookItem[] {
  const problem = problemOf(params, accountSid);
  const payload: ItemPayload = { params, subpath };
  if (problem) return [unreadableItem(payload, problem)];
  const fields = new Map(params);
  const from = fields.get('From') ?? '';
  const to = fields.get('To') ?? '';
  const status = statusOf(fields);
  return [
    {
      groupKey: status === undefined ? [to, from] : [from, to],
      deduplicationId:
        status === undefined ? (fields.get('MessageSid') ?? '') : statusUpdateId(fields, status),
      payload,
      ...(status !== undefined && statuses.has(status) ? { isStatus: true } : {}),
    },
  ];
}

/** An authentic webhook that cannot be read: kept whole, for quarantine. */
export function unreadableItem(payload: ItemPayload, reason: string): WebhookItem {
  const { params, subpath, json = '' } = payload;
  const fields = new Map(params);
  const digest = createHash('sha256').update(`${subpath}\n${signedText(params)}\n${json}`);
  return {
    groupKey: [fields.get('To') ?? '', fields.get('From') ?? ''],
    deduplicationId: `unreadable:${digest.digest('hex')}`,
    payload,
    unreadable: reason,
  };
}

/**
 * The status a callback reports, or nothing when the form is a customer's message. Not the presence of `Body`
 * decides: a message of pictures only has none.
 */
export function statusOf(fields: ReadonlyMap<string, string>): string | undefined {
  const status = fields.get('MessageStatus') ?? fields.get('SmsStatus');
  return status === undefined || inboundStatuses.has(status) ? undefined : status;
}

/**
 * Names one status of one message. The SID alone would lose `delivered` after `sent`, and each segment of a long
 * SMS may fail or arrive for itself.
 */
export function statusUpdateId(fields: ReadonlyMap<string, string>, status: string): string {
  const field = (name: string) => fields.get(name) ?? '';
  return `${field('MessageSid')}:${status}:${field('ErrorCode')}:${field('RawDlrDoneDate')}`;
}

/** The reason of a form that names another account than the secret whose token has signed it. */
export const foreignAccount = 'AccountSid is not the account whose token signed';

function problemOf(params: Parameters, accountSid: string): string | undefined {
  const values = (name: string) => params.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  const missing = Object.keys(requiredShapes).find((name) => values(name).length !== 1);
  if (missing) return `${missing} is needed exactly once`;
  const misshapen = Object.entries({ ...requiredShapes, ...optionalShapes }).find(
    ([name, shape]) => !values(name).every((value) => shape.test(value)),
  );
  if (misshapen) return `${misshapen[0]} does not have the form ${misshapen[1].source}`;
  if (values('AccountSid')[0] !== accountSid) return foreignAccount;
  const [messageSid] = values('MessageSid');
  const others = [...values('SmsSid'), ...values('SmsMessageSid')];
  return others.every((sid) => sid === messageSid) ? undefined : 'SmsSid is not MessageSid';
}
