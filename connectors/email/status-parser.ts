import type { Parse } from '#shared/connector/parser';
import { Account } from './account.ts';
import { EventPayload } from './inbound/payload.ts';
import { readAs, readEvent } from './inbound/read-event.ts';

/** Reads an event about a mail we sent, as `parser.ts` does, without the code that reads mails. */
export const parse: Parse = ({ payload, account }) =>
  readEvent(
    readAs(EventPayload, payload, 'the payload').event,
    readAs(Account, account, 'the account'),
  );
