import * as core from 'zod/v4/core';
import { declarations } from '#connectors/declarations';
import { mediaSource as twilioMedia } from '#connectors/twilio/media-source';
import { contentLimits } from '#connectors/twilio/outbound/check-content';
import { maxCaption } from '#connectors/twilio/outbound/check-media';
import { mediaLimits } from '#connectors/twilio/outbound/media-types';
import { maxParameters } from '#connectors/twilio/webhook/signature';
import { mediaSource as xMedia } from '#connectors/twitter/media-source';
import { mediaKind } from '#connectors/twitter/outbound/media-kinds';
import { weightedLength } from '#connectors/twitter/outbound/weighted-length';
import { smsSegments } from '#shared/reply/sms-segments';
import { type Exception, type Fact, fact, on, type Statement } from '#test/docs/pages/statements';
import { alertHours, lengths, source } from './system.ts';

const email = on('docs/channels/email.md');
const byMail = on('docs/consuming/reply-by-mail.md');
const sms = on('docs/channels/sms.md');
const twitter = on('docs/channels/twitter.md');

/** The smallest and the largest number of these that a schema takes for a setting, beside what else it needs. */
function range(
  schema: core.$ZodType,
  others: Readonly<Record<string, unknown>>,
  name: string,
  values: readonly number[],
): readonly [Fact, Fact] {
  const taken = values.filter(
    (value) => core.safeParse(schema, { ...others, [name]: value }).success,
  );
  return [
    fact(Math.min(...taken), `the least ${name} that is taken`),
    fact(Math.max(...taken), `the greatest ${name} that is taken`),
  ];
}

function defaultOf(
  schema: core.$ZodType,
  others: Readonly<Record<string, unknown>>,
  name: string,
): Fact {
  const account: unknown = core.parse(schema, others);
  return fact(Number(Reflect.get(Object(account), name)), `the default of ${name}`);
}

const letters = 'connectors/email/reply-token.ts';
const tokenLetters = source(letters, 'letters').value * 2 + '+r.'.length + '.'.length;
const localPart = source(letters, 'longestLocalPart');
const token = fact(tokenLetters, `letters of "+r.<ref>.<mac>" (${letters})`);
const mailbox = fact(localPart.value - tokenLetters, `what is left of a local part (${letters})`);
const mail = declarations.email.channels.email;
const mailText = fact(mail?.maxTextLength ?? 0, 'maxTextLength of email');

const keyLengths = Array.from({ length: 40 }, (_, length) => length).filter(
  (length) =>
    declarations.email.credentials !== undefined &&
    core.safeParse(declarations.email.credentials, { replyTokenKey: 'k'.repeat(length) }).success,
);

export const emailStatements: readonly Statement[] = [
  email`in \`.local/stack.json\`: ${source('infra/local/stack.ts', 'smtpPort')}, unless`,
  email`up to ${source('connectors/email/inbound/files/mail-attachments.ts', 'maxAttachments')} files are taken`,
  email`larger than ${source('connectors/email/inbound/files/mail-calendar.ts', 'maxBytes', 1024)} KB is kept as a file only`,
  email`HTML of more than ${source('connectors/email/inbound/html/html-tags.ts', 'maxLetters')} characters is cut`,
  email`up to ${source('connectors/email/inbound/html/remote-images.ts', 'maxImages')}, each with its`,
  email`A \`subject\` of your own has at most ${source('shared/model/reply.ts', 'maxSubjectCharacters')} characters, or`,
  email`(\`Re: …\`) is cut at ${source('connectors/email/outbound/render.ts', 'longestSubject')} characters, a name at ${source('connectors/email/outbound/recipients.ts', 'longestName')}, and ids of more than ${source('connectors/email/outbound/wire-id.ts', 'longestId')} are left out`,
  email`more than ${source('infra/local/simulators/email/refusal.ts', 'maxRecipients')} recipients, addresses with characters outside ASCII before the \`@\`, mails over ${source('infra/local/simulators/email/refusal.ts', 'maxBytes', 1024 ** 2)} MB`,
  email`The function has ${source('infra/cdk/normalize-mail.ts', 'memoryMegabytes')} MB and`,
  email`a header line holds ${source('connectors/email/clean-text.ts', 'longestHeader')}`,
  email`at least ${fact(Math.min(...keyLengths), 'the shortest replyTokenKey that is taken')} characters`,
  email`What cannot be parsed (over ${source('connectors/email/inbound/read-mime.ts', 'largestMail', 1024 ** 2)} MB, or ${source('connectors/email/inbound/read-mime.ts', 'maxNestingDepth')} parts inside each other)`,
  email`Every mail of up to ${source('connectors/email/inbound/read-mime.ts', 'largestMail', 1024 ** 2)} MB is read in bounds`,
  email`Of a mail with more than ${source('connectors/email/inbound/mime/small-mail.ts', 'maxTextBytes', 1024 ** 2)} MB of text, the beginning is read; parts after the first ${source('connectors/email/inbound/mime/part-tree.ts', 'maxParts')} are not opened`,
  email`Text over ${source('connectors/email/inbound/mail-body.ts', 'maxTextBytes', 1000)} KB is cut (\`metadata.truncated\`), quoted text over ${source('connectors/email/inbound/mail-body.ts', 'maxQuotedBytes', 1000)} KB too`,
  email`(\`conversation.participants\`, at most ${source('shared/aws/store/append/participants.ts', 'maxParticipants')}, the mailbox`,
  email`(\`conversation.participants\`, at most ${source('connectors/email/inbound/people/mail-people.ts', 'maxParticipants')}, the mailbox`,
  email`newest first, at most ${source('connectors/email/inbound/message-ids.ts', 'maxIds')})`,
  email`newest first, at most ${source('shared/aws/store/append/thread.ts', 'maxFollowed')})`,
  email`need ${token} characters of the ${localPart} a local part may have: keep the mailbox to ${mailbox} characters`,
  email`(up to ${mailText} characters) and HTML always`,
  email`are part of the mail: ${fact(mail?.maxFilesBytes ?? 0, 'maxFilesBytes of email')} bytes together`,
  email`others who take part get a copy. ${source('connectors/email/outbound/recipients.ts', 'maxRecipients')} at most`,
  byMail`both together at most ${source('shared/model/reply.ts', 'maxHtmlBytes')} bytes`,
  byMail`At most ${source('shared/model/reply-content.ts', 'maxFiles')}, and ${fact(mail?.maxFilesBytes ?? 0, 'maxFilesBytes of email')} bytes together`,
  byMail`plain addresses, ${source('connectors/email/outbound/recipients.ts', 'maxRecipients')} in all`,
  byMail`a subject of its own, at most ${source('shared/model/reply.ts', 'maxSubjectCharacters')} characters`,
];

const segmentSource = 'shared/reply/sms-segments.ts';
const { sms: smsText, whatsapp: twilioWhatsapp } = declarations.twilio.channels;
const { schedule } = smsText;
const twilioAccount = { address: '+15005550006' };
const [least, max] = range(
  declarations.twilio.account,
  twilioAccount,
  'validitySeconds',
  Array.from({ length: 40_000 }, (_, value) => value),
);

const pauses = range(
  declarations.twilio.account,
  twilioAccount,
  'partPauseSeconds',
  Array.from({ length: 100 }, (_, value) => value),
);

const fileBytes = 'connectors/twilio/outbound/media-types.ts';
const [mmsMegabytes, whatsappMegabytes, rcsMegabytes] = Object.keys(
  declarations.twilio.channels,
).map((channel) => {
  const { maxSizeBytes } = mediaLimits(channel as keyof typeof declarations.twilio.channels);
  return fact(maxSizeBytes / 1_000_000, `${fileBytes}: ${channel}`);
}) as [Fact, Fact, Fact];
const limitsOf = 'connectors/twilio/outbound/check-content.ts';
const captions = 'connectors/twilio/outbound/check-media.ts';
const addressHours = source('shared/aws/objects/file-address.ts', 'expiresInSeconds', 3600);

const [perSegment, perJoined] = lengthsOf('x');
const [perUcs2, perJoinedUcs2] = lengthsOf('ж');

export const smsStatements: readonly Statement[] = [
  sms`A segment holds ${perSegment} characters in GSM-7 (${perJoined} each in a longer text;`,
  sms`and ${perUcs2} in UCS-2 (${perJoinedUcs2}; most`,
  sms`counts towards the ${fact(smsText.maxTextLength, 'maxTextLength of sms')}.`,
  sms`can read for ${addressHours} hour. The role`,
  sms`| \`sms\` (MMS) | ${mmsMegabytes} MB |`,
  sms`| with every type, up to ${fact(maxCaption.others, captions)} characters |`,
  sms`| \`whatsapp\` | ${whatsappMegabytes} MB |`,
  sms`| with JPEG, PNG and MP4, up to ${fact(maxCaption.whatsapp, captions)} characters |`,
  sms`| \`rcs\` | ${rcsMegabytes} MB |`,
  sms`shows at most ${fact(contentLimits.buttons, limitsOf)} buttons or ${fact(contentLimits.rows, limitsOf)} rows, without sections; ids have at most ${fact(contentLimits.id, limitsOf)} characters, titles ${fact(contentLimits.buttonTitle, limitsOf)} (rows ${fact(contentLimits.rowTitle, limitsOf)}), the text with header and footer ${fact(contentLimits.body, limitsOf)}.`,
  sms`in its queue, ${least} to ${max} | ${defaultOf(declarations.twilio.account, twilioAccount, 'validitySeconds')} |`,
  sms`a text of more than ${fact(smsText.maxTextParts, 'maxTextParts of sms')} messages`,
  sms`A message takes ${fact(smsText.maxTextLength, 'maxTextLength of sms')} characters; a longer reply is cut at sentence or word ends into at most ${fact(smsText.maxTextParts, 'maxTextParts of sms')}.`,
  sms`once ${alertHours} hour for each code`,
  sms`more than ${fact(maxParameters, 'maxParameters of twilio')} parameters is refused`,
  sms`of more than ${fact(twilioMedia.maxSizeBytes / 1024 ** 2, 'maxSizeBytes of twilio')} MB are`,
  sms`again for ${source('connectors/twilio/media-source.ts', 'missingAfterSeconds', 60)} minutes`,
  sms`the first ${source('connectors/twilio/inbound/opt-out.ts', 'maxEvidenceLength')} characters of what`,
  sms`delivered earlier: ${pauses[0]} to ${pauses[1]} |`,
  sms`has not come after ${fact(declarations.twilio.looksUpStatusAfterHours, 'looksUpStatusAfterHours of twilio')} hours`,
  sms`From ${fact(schedule.minSecondsWhenTaken / 60, 'schedule of sms')} minutes to ${fact(schedule.maxSeconds / 86_400, 'schedule of sms')} days ahead when the reply is taken. It is handed over until ${fact(schedule.minSeconds / 60, 'schedule of sms')} minutes before`,
  sms`The look-up after ${fact(declarations.twilio.looksUpStatusAfterHours, 'looksUpStatusAfterHours of twilio')} hours counts from`,
  sms`on WhatsApp within ${fact(twilioWhatsapp.replyWindowHours, 'replyWindowHours of whatsapp')} hours`,
];

/** The characters of a single segment, and of each one in a text of several. */
function lengthsOf(letter: string): readonly [Fact, Fact] {
  const most = (segments: number) => {
    let length = 1;
    while (smsSegments(letter.repeat(length + 1)).segments <= segments) length += 1;
    return length;
  };
  return [
    fact(most(1), `${segmentSource}: one segment of ${letter}`),
    fact(most(10) / 10, `${segmentSource}: each of ten segments of ${letter}`),
  ];
}

const { twitter: x } = declarations.twitter.channels;
const xAccount = { address: '1', username: 'a' };
const post = defaultOf(declarations.twitter.account, xAccount, 'maxPostLength');
const [shortest, longest] = range(
  declarations.twitter.account,
  xAccount,
  'maxPostLength',
  Array.from({ length: 30_000 }, (_, value) => value),
);
const toldAfterSeconds = source('functions/send/park.ts', 'toldAfterSeconds');
const { pacing: direct, publicPacing: publicPace } = declarations.twitter;
const crcToken = lengths('connectors/twitter/webhook/verify.ts', 'crcToken');
const weight = (text: string) => fact(weightedLength(text), `weightedLength of ${text}`);
const threadPosts = defaultOf(declarations.twitter.account, xAccount, 'maxThreadPosts');
const [fewestPosts, mostPosts] = range(
  declarations.twitter.account,
  xAccount,
  'maxThreadPosts',
  Array.from({ length: 100 }, (_, value) => value),
);
const [, mostCashtags] = range(
  declarations.twitter.account,
  xAccount,
  'maxCashtags',
  Array.from({ length: 200 }, (_, value) => value),
);
const xFile = (contentType: string) =>
  fact((mediaKind(contentType)?.maxSizeBytes ?? 0) / 1024 ** 2, `MiB of ${contentType} on X`);

export const twitterStatements: readonly Statement[] = [
  twitter`is deleted like that, in steps of ${source('functions/normalize/delete-customer.ts', 'maxMessages')}`,
  twitter`waits for it, up to ${source('shared/aws/store/update/park.ts', 'parkedDays')} days; the post`,
  twitter`ends within ${source('functions/refresh-tokens/refresh-tokens.ts', 'marginSeconds', 60)} minutes`,
  twitter`tells of it after ${source('functions/refresh-tokens/refresh-tokens.ts', 'alertAfterTries')} calls`,
  twitter`a direct message of more than ${fact(x.maxTextLength, 'maxTextLength of twitter')} characters`,
  twitter`\`maxThreadPosts\` is ${threadPosts} unless the account says otherwise (${fewestPosts} to ${mostPosts})`,
  twitter`| JPEG, PNG, WebP | 1 | up to ${source('connectors/twitter/outbound/check-content.ts', 'maxPictures')} | ${xFile('image/png')} MiB |`,
  twitter`| GIF | 1 | 1, alone | ${xFile('image/gif')} MiB |`,
  twitter`| MP4, QuickTime | 1 | 1, alone | ${xFile('video/mp4')} MiB`,
  twitter`in up to ${source('connectors/twitter/outbound/check-content.ts', 'maxAltTextLength')} characters`,
  twitter`weighted characters of a post, ${shortest} to ${longest}: more than`,
  twitter`| the most posts of a thread, ${fewestPosts} to ${mostPosts} |`,
  twitter`more than one on Enterprise only, up to ${mostCashtags} |`,
  twitter`wait ${source('shared/aws/secrets/account-secrets.ts', 'forcedAtMostEveryMilliseconds', 1000)} seconds |`,
  twitter`never older than ${source('shared/aws/secrets/account-secrets.ts', 'forcedAtMostEveryMilliseconds', 1000)} seconds`,
  twitter`by direct message (${fact(x.maxTextLength, 'maxTextLength of twitter')} characters)`,
  twitter`(${post} *weighted* characters: most of them 1, Chinese, Japanese, Korean and emoji ${weight('😀')}, any link ${weight('https://x.com/a')})`,
  twitter`(${crcToken[0]} to ${crcToken[1]} characters of base64`,
  twitter`that is kept for up to ${source('shared/aws/secrets/account-secrets.ts', 'freshForMilliseconds', 60_000)} minutes`,
  twitter`Files of more than ${fact(xMedia.maxSizeBytes / 1024 ** 2, 'maxSizeBytes of connectors/twitter/media-source.ts')} MB are not fetched`,
  twitter`does not find ${source('connectors/twitter/media-source.ts', 'missingAfterSeconds', 60)} minutes after its message`,
  twitter`files wait, up to ${fact(xMedia.keptHours / 24, 'keptHours of connectors/twitter/media-source.ts, in days')} days`,
  twitter`| direct messages (\`pacing\`) | 15 in 15 minutes, 1,440 in 24 hours | ${fact(direct.burst, 'pacing.burst of twitter')} | ${fact(Math.round(direct.perSecond * 86_400), 'pacing.perSecond of twitter, a day')} in 24 hours: ${fact(Math.floor(direct.perSecond * 3600), 'pacing.perSecond of twitter, an hour')} an hour |`,
  twitter`| posts (\`publicPacing\`) | 100 in 15 minutes | ${fact(publicPace.burst, 'publicPacing.burst of twitter')} | ${fact(Math.round(publicPace.perSecond * 3600), 'publicPacing.perSecond of twitter, an hour')} an hour |`,
  twitter`and all ${fact(direct.burst, 'pacing.burst of twitter')} are free again at its end`,
  twitter`at the reset the next ${fact(direct.burst, 'pacing.burst of twitter')} go at once`,
  twitter`tried again after ${source('connectors/twitter/outbound/refusals.ts', 'dailyLimitWaitSeconds', 60)} minutes; no connection`,
  twitter`waits for longer than ${toldAfterSeconds} seconds is told`,
  twitter`the burst and the pace together make ${fact(Math.round(direct.burst + direct.perSecond * 86_400), 'pacing of twitter: most in a day')} in any 24 hours`,
];

const ses = 'what SES does and allows: shared/protocols/email.md';
const twilioSays = 'what Twilio does: docs of the Messages resource';
const xSays = 'what X does and asks for (2026)';
const http = 'an HTTP status, of which provider-codes.test.ts or the connector’s tests speak';

export const channelExceptions: readonly Exception[] = [
  {
    path: 'docs/channels/email.md',
    reason: ses,
    pieces: [
      '(mail over 150 KB bounces)',
      '200 mails a day, one a second',
      'SES gives up a failing action after four hours',
      'up to 28 MB in all',
      'because SES takes 40 MB after encoding',
      'Above 10 MB SES limits',
      'at most 50, each with its own outcome',
      'the headers of RFC 3834',
      'one-click unsubscription (RFC 8058)',
    ],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'steps of the list, records of the table above it',
    pieces: [
      'step 4, for this account and region',
      '**the sandbox** (step 9)',
      'DNS records** of the outputs',
      '**Two are always left to you**',
      'then the two records of',
    ],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'one mail (ARF) and one event of SES: test/connectors/email/machine',
    pieces: ['**one complaint then becomes two notices**'],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'the timeout of infra/cdk/normalize-mail.ts',
    pieces: ['MB and 60 seconds for one mail'],
  },
  {
    path: 'docs/channels/email.md',
    reason:
      'a single run of test/connectors/email/load/measure.ts: other machines take other times',
    pieces: [
      'A mail of 40 MB of each shape',
      '(Node 24, two processors of an AMD EPYC shared with other work, 2026-11-27)',
      '| 40 MB of | shapes |',
      '| text: line ends, lengths, charsets, encodings | 14 | 0.6 s | 334 MB |',
      '| HTML | 5 | 0.5 s | 315 MB |',
      '| attachments, a calendar | 5 | 0.3 s | 285 MB |',
      '| many parts, empty parts, parts inside each other | 5 | 0.7 s | 418 MB |',
      '| lines that look like the delimiter of a part | 3 | 3.5 s | 255 MB |',
      '| headers | 4 | 0.7 s | 311 MB |',
      '| other malformed mails | 2 | 0.3 s | 338 MB |',
    ],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'what bounce-corpus.test.ts prints: the collections are not in the repository',
    pieces: [
      '| 105 bounces | 104;',
      '| 19 complaints |',
      '| 6 automatic answers | 6 |',
      '| 239 mails of people |',
      'beside three libraries',
    ],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'names: a standard, a service of AWS',
    pieces: [
      'the zone of Route 53',
      'a link of one click (RFC 8058)',
      '`Precedence: auto_reply` (RFC 3834)',
      '`List-Unsubscribe-Post` (RFC 8058)',
    ],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'test/functions/unsubscribe/unsubscribe.test.ts',
    pieces: [
      'unsubscribes; 200 says that it is queued',
      'not ours (401) nothing is written',
      'counts once a day',
    ],
  },
  {
    path: 'docs/channels/email.md',
    reason: 'advice',
    pieces: ['take 32 random ones', '32 random characters', 'About an hour'],
  },
  {
    path: 'docs/channels/sms.md',
    reason: twilioSays,
    pieces: [
      'Twilio repeats up to three times',
      'about one SMS a second',
      'no pictures to about 500 KB',
      'up to ten of one message',
      'to the US: A2P 10DLC registration (error 30034 without it)',
      '(error 30032 without it)',
      'support without 10DLC',
      'free text for 24 hours after',
      '(error 21608)',
      'US long code (10DLC needs it)',
      'comes up to three times more',
    ],
  },
  {
    path: 'docs/channels/sms.md',
    reason: 'what test/shared/opt-out/opt-out-words.test.ts holds',
    pieces: [
      'at least 23 of 24 are known',
      'at least 90 % get `REVIEW`',
      'Of more than 500 ordinary sentences',
      'at most 0.5 % are taken',
      'at most 0.5 % for',
    ],
  },
  {
    path: 'docs/channels/sms.md',
    reason: 'steps of the list',
    pieces: ['Steps 1 to 4 happen at Twilio'],
  },
  {
    path: 'docs/channels/sms.md',
    reason: 'test/connectors/twilio/doctor.test.ts',
    pieces: ['differences that fit, at most three', 'prints both values'],
  },
  {
    path: 'docs/channels/sms.md',
    reason: http,
    pieces: [
      'is a 403 and leaves',
      'after a 5xx, a 429 or a read timeout',
      'is needed for 429: the API',
      'no word for 429 alone, so it repeats after a 403 too',
      'the status we answered: 403 is a signature',
      "(Twilio's 21265)",
      '(20005, 30002)',
    ],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: xSays,
    pieces: [
      'OAuth 1.0a',
      'OAuth 2',
      'The 1.0a tokens beside',
      'most of them 1',
      '(X takes 512 MB',
      'less than 24 hours',
      '| 1 | 1, alone |',
      'its number, ` 2/3`.',
      'a UUID in base64, 48 characters',
      'no port, at most 200 characters',
      'after 28 hours of failures',
      'A window of 15 minutes can be.',
      'X counts 10,000 posts in 24 hours and 1,440 direct messages',
    ],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: 'held by test/functions/catch-up, or a calculation with the price table',
    pieces: [
      "reads X's lists every five minutes",
      'at most once an hour; in every run',
      '(20 × 0.016 $ and 50 × 0.02 $), and 1.83 $ if 50 answers',
      'missed costs 1.32 $ by our estimate',
      'So a budget of 2 $ heals it',
      'give 20 $. The 0.001 $',
      'elsewhere it is 0.005 $',
      "{ asOf: '2026-08-28', perUse: { 'read:mention': 0.005 } }",
      'for the last 400 things',
      'the webhook waits for half an hour and is then',
      'read twice on one day is counted once',
      'with ten times as much in the longest outage that is to be healed on one day',
      'else it is at least 0.1',
      'once an hour, and in every run',
      'in the table after two minutes',
      'did bring, or one day',
      'A day without a new mention costs nothing. An hour in which 20 mentions by 20 people and 50 direct messages by 50 people',
      '`dollarsPerDay` is 2 where nothing is said, and 0 turns',
      'of the last 24\nhours',
      'ends 10 minutes ago at the latest',
      'is 11\nminutes old',
      'each time half an hour at most',
      '`directMessagesEveryHours` (0, which is never)',
      'costs 0.02 $ (the newest message and its sender): 0.60 $ a month, once a day',
      'at 0.01 to 0.02 $, so 5,000 a month cost 50 to 100 $',
      'the next try is an hour later',
      'lists the last 800 mentions',
      'and 30 days of direct messages',
    ],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: 'steps of the list, titles of columns, advice, calculations with the price table',
    pieces: [
      'About an hour. `main`',
      'with up to four pictures',
      '5 $ are enough for',
      'a direct message and its answer cost 0.025 $, a mention and its answer 0.015 $',
      'at the URL of step 6',
      '| step 6, for this account and region |',
      'sign in again (step 5)',
      "lacks the app's keys: step 3;",
      "correct the app's permission (step 2)",
      'has it already: wait a minute |',
      'What it costs a month',
      '| conversations a month |',
      '| up to 1,000 | the default |',
    ],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: 'held by shell.test.ts, infra/cdk/config/stage.ts, connectors/twitter/account.ts',
    pieces: [
      '**Refusals.** 281 characters',
      'missed mentions wait two minutes',
      'counts as missed (120)',
      '`dollarsPerDay` (0 to 1000), `hoursBack` (0 to 720)',
      'is tried once an hour',
      'webhooks are answered 503',
    ],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: 'held by test/shared/personal-data, test/functions/normalize/deletion, or an example',
    pieces: [
      'Of 100 further ones, written before the present rules, 4 were',
      'now 0 are',
      'remembered for 190 days',
    ],
  },
  {
    path: 'docs/local.md',
    reason: 'a name; the rate of infra/cdk/catch-up.ts and catchUpAfterSeconds of infra/cdk/config',
    pieces: ['every five minutes, brings', 'is two minutes old'],
  },
  {
    path: 'docs/operations.md',
    reason: 'connectors/twitter/api/account-troubles.ts',
    pieces: ['(402, a spending limit) pause an account of X for an hour'],
  },
  {
    path: 'docs/operations.md',
    reason: 'held by test/functions/catch-up',
    pieces: ["reads X's lists every five minutes", 'its lease of five minutes'],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: 'the schedule of infra/cdk/token-refresher.ts, an exit code of the command',
    pieces: ['It runs every 5 minutes', 'Both end with 1'],
  },
  {
    path: 'docs/channels/twitter.md',
    reason: http,
    pieces: [
      'is a 401 and leaves',
      'refused with 401',
      '| 429: until',
      '| 401; a missing',
      '(400 or 401 with `invalid_grant`',
      '185, 344: the limit of a day,',
      'did not let through (408, 413, 431)',
      'a missing permission, 261, 416;',
      '**402 no credits, 403 spending limit reached, 429 plan used up**: tried every hour',
      '326 account locked; 226 looks automated',
      '385 the post is gone; 433 its author',
      'may get a 429. It was',
      'A 429 of one kind',
      'a pause of the account (402, 401, a lock)',
    ],
  },
];
