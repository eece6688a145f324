import { describe, expect, it } from 'vitest';
import { meaningOf } from '#connectors/aws-sms/delivery-events';
import { readNotification } from '#connectors/aws-sms/sns';
import { customer, enveloped, event, itemsOf, message, settings } from './notification.ts';

const other = { ...settings, address: '+12065550101' };
const accounts = [
  { account: 'one', settings },
  { account: 'two', settings: other },
];
const read = (notification: unknown) =>
  readNotification(
    typeof notification === 'string' ? notification : JSON.stringify(notification),
    accounts,
  );

describe('a message of a customer', () => {
  it('is an item of its account, under its own id, in the order of its customer', () => {
    expect(read(enveloped(message))).toEqual({
      items: [
        {
          account: 'one',
          item: {
            groupKey: [settings.address, customer],
            deduplicationId: message.inboundMessageId,
            payload: { message, publishedAt: '2026-11-22T00:00:00.456Z' },
          },
        },
      ],
    });
  });

  it('is the same item however often it is published, and with raw delivery', () => {
    const [one] = itemsOf(enveloped(message));
    const [again] = itemsOf({ ...enveloped(message), MessageId: 'another' });
    const [raw] = itemsOf(message);
    expect(again).toEqual(one);
    expect(raw?.deduplicationId).toBe(one?.deduplicationId);
    expect(raw?.groupKey).toEqual(one?.groupKey);
  });

  it('is a message also where AWS should one day put the type of an event beside it', () => {
    const told = { ...message, eventType: 'RCS_RECEIVED' };
    expect(read(told)).toMatchObject({
      items: [{ account: 'one', item: { deduplicationId: message.inboundMessageId } }],
    });
  });

  it('goes to the account of the number it was sent to', () => {
    const told = { ...message, destinationNumber: other.address };
    expect(read(told)).toMatchObject({ items: [{ account: 'two' }] });
  });

  it('to a number that no account has is kept aside whole', () => {
    const told = { ...message, destinationNumber: '+19995550100' };
    expect(read(told)).toMatchObject({
      items: [
        {
          account: 'unrouted',
          item: { payload: { message: told }, unreadable: expect.stringContaining('+19995550100') },
        },
      ],
    });
  });
});

describe('an event of our messages', () => {
  it('is a status, one for each event of a message, on the lane of statuses', () => {
    expect(read(enveloped(event))).toEqual({
      items: [
        {
          account: 'one',
          item: {
            groupKey: [settings.address, customer],
            deduplicationId: `${event.messageId}:TEXT_DELIVERED`,
            payload: { event },
            isStatus: true,
          },
        },
      ],
    });
  });

  it('belongs to the account that its context names: a pool may have sent it from another number', () => {
    const told = { ...event, originationPhoneNumber: '+19995550100' };
    expect(read(told)).toMatchObject({ items: [{ account: 'one' }] });
    const context = { ...event.context, address: other.address };
    expect(read({ ...event, context })).toMatchObject({ items: [{ account: 'two' }] });
  });

  it('of other software of the AWS account is ignored by name', () => {
    const told = { ...event, originationPhoneNumber: '+19995550100', context: { app: 'otp' } };
    expect(read(told)).toEqual({ ignored: 'event_of_a_message_not_ours' });
  });

  it.each(['VOICE_COMPLETED', 'RCS_DELIVERED', 'REGISTRATION_STATUS', 'TEXT_DELIVERED'])(
    'of another kind, or of no message, is ignored by name: %s',
    (eventType) => {
      const { messageId: _, ...rest } = event;
      const told = { ...rest, eventType };
      expect(read(told)).toEqual({ ignored: `event ${eventType}` });
    },
  );

  it.each(['QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'TTL_EXPIRED', 'PROTECT_BLOCKED'])(
    'of RCS is found by our context like one of SMS: RCS_%s',
    (name) => {
      const told = { ...event, eventType: `RCS_${name}`, originationPhoneNumber: 'agent-1' };
      expect(read(told)).toMatchObject({ items: [{ account: 'one', item: { isStatus: true } }] });
      expect(read({ ...told, context: { app: 'otp' } })).toEqual({
        ignored: 'event_of_a_message_not_ours',
      });
    },
  );

  it('says nothing where RCS has become SMS: events of the SMS follow', () => {
    const eventType = 'RCS_FALLEN_BACK_TO_SMS';
    expect(read({ ...event, eventType })).toEqual({ ignored: `event ${eventType}` });
  });

  it('that is not final is no failure yet', () => {
    for (const eventType of ['TEXT_UNREACHABLE', 'MEDIA_BLOCKED', 'RCS_FAILED']) {
      const told = { ...event, eventType };
      expect(read({ ...told, isFinal: false })).toEqual({
        ignored: `event ${eventType}, not final`,
      });
      for (const isFinal of [true, undefined, 'no']) {
        expect(read({ ...told, isFinal })).toMatchObject({ items: [{ account: 'one' }] });
      }
    }
    const sent = { ...event, eventType: 'TEXT_SENT', isFinal: false };
    expect(read(sent)).toMatchObject({ items: [{ item: { isStatus: true } }] });
  });

  it('of a type that is in no list goes on as no status', () => {
    expect(read({ ...event, eventType: 'TEXT_TELEPORTED' })).toMatchObject({
      items: [{ item: expect.not.objectContaining({ isStatus: true }) }],
    });
  });

  it('has a meaning for each of AWS’s event types for SMS, MMS and RCS', () => {
    // Valid values of `MatchingEventTypes` (API reference, EventDestination).
    const both = [
      ...['QUEUED', 'PENDING', 'SUCCESSFUL', 'DELIVERED', 'INVALID', 'INVALID_MESSAGE'],
      ...['UNREACHABLE', 'CARRIER_UNREACHABLE', 'BLOCKED', 'CARRIER_BLOCKED', 'SPAM'],
      ...['UNKNOWN', 'TTL_EXPIRED'],
    ];
    const types = [
      ...both.flatMap((name) => [`TEXT_${name}`, `MEDIA_${name}`]),
      ...['TEXT_SENT', 'TEXT_PROTECT_BLOCKED', 'MEDIA_FILE_INACCESSIBLE'],
      ...['MEDIA_FILE_TYPE_UNSUPPORTED', 'MEDIA_FILE_SIZE_EXCEEDED'],
      ...['RCS_QUEUED', 'RCS_SENT', 'RCS_DELIVERED', 'RCS_READ', 'RCS_FAILED', 'RCS_TTL_EXPIRED'],
      'RCS_PROTECT_BLOCKED',
    ];
    expect(types.filter((type) => meaningOf(type) === undefined)).toEqual([]);
    for (const type of types) {
      const { status, error } = meaningOf(type) ?? {};
      expect(error !== undefined, type).toBe(status === 'failed');
    }
    expect(meaningOf('VOICE_COMPLETED')).toBeUndefined();
    expect(meaningOf('TEXT___proto__')).toBeUndefined();
  });
});

describe('what is neither', () => {
  it.each([
    'plain words',
    '[]',
    '{}',
    '{"originationNumber":"+1","destinationNumber":"+2"}',
    '{"Type":"Notification","Message":"{broken"}',
    '{"Type":"Notification"}',
  ])('is kept aside whole, with the reason: %s', (body) => {
    const told = read(body);
    expect(told).toMatchObject({
      items: [
        {
          account: 'unrouted',
          item: { payload: { notification: body }, unreadable: expect.any(String) },
        },
      ],
    });
    expect(read(body)).toEqual(told);
  });

  it('is acknowledged when it is only about the subscription', () => {
    expect(read('{"Type":"SubscriptionConfirmation","Token":"x"}')).toEqual({
      ignored: 'sns_handshake',
    });
  });
});
