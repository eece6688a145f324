import * as core from 'zod/v4/core';
import type { Parse } from '#shared/connector/parser';
import { TelegramAccount } from './account.ts';
import { eventsOf } from './inbound/update.ts';

export const parse: Parse = ({ payload, account }) =>
  eventsOf(payload, core.parse(TelegramAccount, account).address);
