import * as core from 'zod/v4/core';
import { declaration } from '#connectors/aws-sms/declaration';
import { maxBytesOf } from '#connectors/aws-sms/media-limits';
import { type Exception, fact, on, type Statement } from '#test/docs/pages/statements';

const page = 'docs/channels/aws-sms.md';
const sms = on(page);
const { maxTextLength, maxTextParts } = declaration.channels.sms;
const length = fact(maxTextLength, 'maxTextLength of aws-sms');
const parts = fact(maxTextParts, 'maxTextParts of aws-sms');

const account = { address: '+12065550100', originationIdentity: 'phone-1' };
const isTaken = (validitySeconds: number) =>
  core.safeParse(declaration.account, { ...account, validitySeconds }).success;
const taken = Array.from({ length: 300_000 }, (_, value) => value).filter(isTaken);
const { validitySeconds } = core.parse(declaration.account, account);
const bytes = (type: string, unit: number) => fact((maxBytesOf(type) ?? 0) / unit, 'media-limits');

export const awsSmsStatements: readonly Statement[] = [
  sms`hand a reply to the carrier, ${fact(taken[0] ?? 0, 'the least validitySeconds')} to ${fact(taken.at(-1) ?? 0, 'the greatest validitySeconds')}; ${fact(validitySeconds, 'the default of validitySeconds')} when`,
  sms`A text of more than ${length} characters is cut at sentence or word ends into at most ${parts} messages`,
  sms`a text of more than ${parts} messages, a caption of more than ${length} characters`,
  sms`JPEG, PNG or GIF of more than ${bytes('image/png', 1_000_000)} MB, any other file of more than ${bytes('application/pdf', 1000)} KB`,
];

export const awsSmsExceptions: readonly Exception[] = [
  {
    path: page,
    reason: 'what AWS does: user guide of AWS End User Messaging SMS',
    pieces: ['told anything for three days'],
  },
  {
    path: 'docs/contributing/add-a-connector.md',
    reason: 'what one commit has changed',
    pieces: [
      '`aws-sms` was the second, for a channel that another connector had: 65 files of its own with 3,357 lines, 898 of them',
      'it changed 31 files: nine that commands write, 22 by hand with 70 lines',
      'which is two lines in the declaration and one in',
    ],
  },
];
