import { declarations } from '#connectors/declarations';
import { mediaSources } from '#connectors/media-sources';
import { webhooks } from '#connectors/webhooks';
import { classify } from '#connectors/whatsapp/outbound/classify';
import { limits } from '#connectors/whatsapp/outbound/limits';
import { mediaKind } from '#connectors/whatsapp/outbound/media-kinds';
import { classify as classifyAws } from '#connectors/whatsapp-aws/outbound/classify';
import { type Exception, type Fact, fact, on, type Statement } from '#test/docs/pages/statements';
import { alertHours, lengths, source } from './system.ts';
import * as template from './template-facts.ts';

const page = on('docs/channels/whatsapp.md');
const { whatsapp } = declarations.whatsapp.channels;
const window = fact(whatsapp.replyWindowHours, 'replyWindowHours of whatsapp');
const length = fact(whatsapp.maxTextLength, 'maxTextLength of whatsapp');
const parts = fact(whatsapp.maxTextParts, 'maxTextParts of whatsapp');
const limit = (name: keyof typeof limits) => fact(limits[name], `limits.${name} of whatsapp`);

function size(contentType: string, unit: number): Fact {
  const bytes = mediaKind(contentType)?.maxSizeBytes ?? Number.NaN;
  return fact(bytes / unit, `maxSizeBytes of ${contentType}`);
}

const megabyte = 1024 ** 2;
const files = mediaSources['whatsapp'];
const largest = fact(
  (files?.maxSizeBytes ?? 0) / megabyte,
  'maxSizeBytes of connectors/whatsapp/media-source.ts',
);
const keptDays = fact(
  (files?.keptHours ?? 0) / 24,
  'keptHours of connectors/whatsapp/media-source.ts, in days',
);
const keptDaysByAws = fact(
  (mediaSources['whatsapp-aws']?.keptHours ?? 0) / 24,
  'keptHours of connectors/whatsapp-aws/media-source.ts, in days',
);
const fetch = (name: string, unit = 1) =>
  source('functions/fetch-media/fetch-media.ts', name, unit);
const times = (each: Fact, factor: number) => fact(each.value * factor, `${each.source}, doubled`);
const firstWait = fetch('firstWaitSeconds');

/** What is waited after Meta has answered with this code. */
function wait(code: number, unit: number, attempt = 1): Fact {
  const text = JSON.stringify({ error: { code, message: '' } });
  const outcome = classify({ status: 400, headers: new Headers(), text }, attempt);
  const seconds = 'retryAfterSeconds' in outcome ? (outcome.retryAfterSeconds ?? 0) : 0;
  return fact(seconds / unit, `the wait after ${code}, attempt ${attempt}`);
}

function awsWait(name: string, unit: number): Fact {
  const headers = new Headers({ 'x-amzn-errortype': name });
  const outcome = classifyAws({ status: 400, headers, text: '' });
  const seconds = 'retryAfterSeconds' in outcome ? (outcome.retryAfterSeconds ?? 0) : 0;
  return fact(seconds / unit, `the wait after ${name}`);
}

export const whatsappStatements: readonly Statement[] = [
  page`the customer wrote more than ${window} hours ago`,
  page`plain text, up to ${lengths('connectors/whatsapp/webhook/verify.ts', 'challengeText')[1]} characters`,
  page`once ${alertHours} hour for each code`,
  page`within the ${keptDays} days it keeps it`,
  page`until Meta's ${keptDaysByAws} days are over`,
  page`under \`incoming/\` is deleted after ${template.keptDays('Archive', 'incoming/')} day.`,
  page`larger than ${largest} MiB, twice other bytes than promised, an address that is not Meta's, an answer that no repetition changes, or ${fetch('maxReceives')} tries`,
  page`comes again after ${firstWait} s, ${times(firstWait, 2)} s, ${times(firstWait, 4)} s … at most ${fetch('longestWaitSeconds', 3600)} hours; after ${source('connectors/whatsapp/media-source.ts', 'brokenAccountSeconds', 60)} minutes at the soonest`,
  page`(${source('shared/aws/store/contacts/contact.ts', 'marginMs', 60_000)} minutes of tolerance`,
  page`allows ${limit('buttons')}"): at once`,
  page`| \`text\` | above ${length} characters it is cut at paragraphs, sentences or words into at most ${parts} messages`,
  page`\`caption\` ${limit('caption')}, none with`,
  page`| \`contacts\` | ${limit('contacts')} cards; each`,
  page`| \`buttons\` | ${limit('buttons')}; \`id\` ${limit('buttonId')}, \`title\` ${limit('buttonTitle')}, \`text\` ${limit('buttonText')}, \`header\` and \`footer\` ${limit('header')} |`,
  page`\`title\` ${limit('buttonTitle')}, \`text\` ${limit('buttonText')}, \`header\` and \`footer\` ${limit('footer')} |`,
  page`| ${limit('sections')} sections, ${limit('rows')} rows in all; row \`id\` ${limit('rowId')}, \`title\` ${limit('rowTitle')}, \`description\` ${limit('rowDescription')}; section \`title\` ${limit('sectionTitle')}, needed where there are several; \`button\` ${limit('listButton')}, \`text\` ${limit('listText')}, \`header\` and \`footer\` ${limit('header')} |`,
  page`| \`link_button\` | \`title\` ${limit('buttonTitle')}, \`text\` ${limit('buttonText')}, \`header\` and \`footer\` ${limit('header')}; \`url\` of`,
  page`\`fileName\` ${limit('fileName')}, shows`,
  page`\`payload\` ${limit('templatePayload')}. Which`,
  page`\`name\` ${limit('templateName')};`,
  page`| \`image/jpeg\`, \`image/png\` | ${size('image/jpeg', megabyte)} MB |`,
  page`(H.264, AAC) | ${size('video/mp4', megabyte)} MB |`,
  page`(Opus, mono) only | ${size('audio/ogg', megabyte)} MB |`,
  page`| \`image/webp\` | ${size('image/webp', 1024)} KB;`,
  page`PowerPoint, \`text/plain\` | ${size('application/pdf', megabyte)} MB |`,
  page`within ${window} hours of the customer's last message, on Meta's clock and with a margin of ${source('shared/reply/check.ts', 'windowMarginSeconds', 60)} minute;`,
  page`account paused for ${wait(131048, 3600)} hour`,
  page`not sent, again in ${wait(131064, 3600)} hour`,
  page`again after ${wait(131056, 1, 1)}, ${wait(131056, 1, 2)}, ${wait(131056, 1, 3)} … s`,
  page`again in ${wait(131057, 1)} s; ${wait(134101, 60)} min`,
  page`again in ${awsWait('LimitExceededException', 60)} minute`,
  page`Webhook bodies up to ${fact((webhooks['whatsapp']?.maxBodyBytes ?? 0) / 1e6, 'maxBodyBytes of whatsapp')} MB`,
  page`- ${fact(declarations.whatsapp.pacing.perSecond, 'pacing.perSecond of whatsapp')} messages per second and number`,
  page`serves customers' files for ${source('infra/local/simulators/whatsapp/media.ts', 'urlLifeSeconds', 60)} minutes, refuses free-form text ${source('infra/local/simulators/whatsapp/limits.ts', 'windowMilliseconds', 3_600_000)} hours after the customer wrote (131047) and more than ${source('infra/local/simulators/whatsapp/limits.ts', 'pairBurst')} messages`,
];

const path = 'docs/channels/whatsapp.md';
const conversation = 'what Meta does and allows: shared/protocols/whatsapp.md';

export const whatsappExceptions: readonly Exception[] = [
  {
    path,
    reason: conversation,
    pieces: [
      'can write to five numbers',
      'lives one day',
      'Since 1 October 2026 service messages',
      'since 1 October 2026 Meta bills',
      'valid until July 2028',
      'the one of a day, or',
      'up to 1000 come together',
      '`url` (5 minutes)',
      'after 30 quiet days',
      'less than 30 days ago',
      'keeps it for ten minutes',
      'Meta takes 100 KB of one',
      'for 25 seconds at most',
      '(Meta: 3 MB)',
      'not answered 200 for up to 7 days',
      'messages per second and',
      'one message in 6 seconds',
    ],
  },
  {
    path,
    reason: "Meta's codes and HTTP statuses, in a sentence",
    pieces: [
      'rate limits with 400.',
      'code 133010:',
      'Code 100 with subcode 33 and 404 mean',
      'Meta refuses (131050)',
      '(code 131047)',
      'reports 131047 only',
      '(131056)',
      '(131047)',
    ],
  },
  { path, reason: 'another step of the list', pieces: ['repeat step 9', 'step 12 is missing'] },
  { path, reason: 'what was given, in an example', pieces: ['"buttons has 4 entries'] },
  {
    path,
    reason: 'the ends of the earth',
    pieces: ['latitude −90 to 90, longitude −180 to 180'],
  },
];
