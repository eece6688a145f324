import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarations } from '#connectors/declarations';
import { stage as example } from '#infra/cdk/config/example';
import { stage as laptop } from '#infra/cdk/config/local';
import { bucketDays } from '#infra/cdk/config/retention';
import { shards } from '#shared/table/keys';
import { root } from '#test/docs/pages/page';
import { type Exception, type Fact, fact, on, type Statement } from '#test/docs/pages/statements';
import { constantIn, listIn } from '#test/docs/pages/syntax';
import * as template from './template-facts.ts';

/** A constant of a source, in units of this many. */
export function source(path: string, name: string, unit = 1): Fact {
  return fact(constantIn(path, name) / unit, `${name} of ${path}`);
}

/** From how many letters to how many a pattern of a source allows. */
export function lengths(path: string, name: string): readonly [Fact, Fact] {
  const line = new RegExp(`${name} = .*\\{(\\d+),(\\d+)\\}`);
  const [, least, max] = line.exec(readFileSync(join(root, path), 'utf8')) ?? [];
  return [
    fact(Number(least), `the least of ${name} in ${path}`),
    fact(Number(max), `the most of ${name} in ${path}`),
  ];
}

/** After how many hours an alert is raised again. */
export const alertHours = source('shared/aws/store/publishing/alert.ts', 'againAfterSeconds', 3600);

const longestPauseHours = source('shared/aws/store/sending/pause.ts', 'longestPauseSeconds', 3600);

/** When a dead command of the replies queue is answered in any case. */
const answerHours = source('functions/sweep/dead-replies.ts', 'answerAfterSeconds', 3600);
const commandBytes = source('shared/command/read-command.ts', 'maxBytes');

const secrets = 'shared/aws/secrets/account-secrets.ts';
const freshMinutes = source(secrets, 'freshForMilliseconds', 60_000);
const forcedSeconds = source(secrets, 'forcedAtMostEveryMilliseconds', 1000);

/** How long a message that always fails is tried, in half hours. */
function patienceHalfHours(tries: number): Fact {
  const delays = listIn('shared/aws/queues/queue-consumer.ts', 'delaysSeconds');
  const last = delays.length - 1;
  const waits = Array.from({ length: tries - 1 }, (_, index) => delays[Math.min(index, last)] ?? 0);
  const seconds = waits.reduce((sum, each) => sum + each, 0);
  return fact(
    Math.round(seconds / 1800) / 2,
    'hours of the waits of shared/aws/queues/queue-consumer.ts, to a half',
  );
}

const { engines, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const node = fact(Number(/^>=(\d+)$/.exec(engines.node)?.[1]), '"engines" of package.json');
const ownNode = fact(Number.parseInt(devDependencies.node, 10), '"node" of package.json');

const readme = on('README.md');
const architecture = on('docs/architecture.md');
const setup = on('docs/consuming/setup.md');
const events = on('docs/consuming/events.md');
const receiving = on('docs/consuming/receive-events.md');
const replying = on('docs/consuming/reply.md');
const outcomes = on('docs/consuming/outcomes.md');
const refusals = on('docs/consuming/errors.md');
const byMail = on('docs/consuming/reply-by-mail.md');
const operations = on('docs/operations.md');
const local = on('docs/local.md');
const cli = on('docs/cli.md');

const sweepSeconds = template.sweepMinutes().value * 60;
const uncertainMinutes = fact(
  template.variable('OutboundSweep', 'UNCERTAIN_AFTER_SECONDS').value / 60,
  'UNCERTAIN_AFTER_SECONDS of OutboundSweep in minutes',
);
const toldMinutes = fact(
  uncertainMinutes.value + template.sweepMinutes().value,
  'UNCERTAIN_AFTER_SECONDS and one sweep, in minutes',
);
const localSeconds = fact(laptop.uncertainAfterSeconds, 'uncertainAfterSeconds of config/local.ts');
const seconds = (path: string, name: string, unit = 1) => source(path, name, unit);
const { value: outage } = template.tries('QueuesIngress');
const leastDays = source('shared/retention.ts', 'leastDays');
const cost = (name: string) => source('test/store/cost.test.ts', `budget.${name}`);

const units = (emoji: string) => fact(emoji.length, `UTF-16 units of ${emoji}`);
const localPace = laptop.accounts.find(({ connector }) => connector === 'twitter')?.pacing ?? {
  burst: Number.NaN,
  perSecond: Number.NaN,
};
const localPosts = laptop.accounts.find(({ connector }) => connector === 'twitter')
  ?.publicPacing ?? { burst: Number.NaN };
const { burst, perSecond } = declarations.twitter.pacing;
const xPaceMinutes = fact(
  Math.round(burst / perSecond / 60),
  'pacing of twitter: minutes until the bucket is full',
);

const archiveDays = (prefix: string) => bucketDays(example).archive[prefix] ?? Number.NaN;
const toldAfterSeconds = source('functions/send/park.ts', 'toldAfterSeconds');

export const systemStatements: readonly Statement[] = [
  events`waits for longer than ${toldAfterSeconds} seconds: [why`,
  outcomes`will leave more than ${toldAfterSeconds} seconds after it was taken`,
  outcomes`or fails after ${source('shared/aws/store/sending/wait.ts', 'giveUpAfterSeconds', 3600)} hours (`,
  outcomes`ends more than ${source('functions/send/park.ts', 'movedSeconds', 60)} minutes after the time that was told`,
  operations`that the helpdesk has not taken yet, with text | ${template.retentionDays('QueuesNormalized')} days; dead letters ${template.deadLetterDays()} days`,
  operations`a redrive stores them already deleted | ${template.retentionDays('QueuesIngress')} days; dead letters ${template.deadLetterDays()} days`,
  operations`has no text | ${template.retentionDays('QueuesReplies')} and ${template.retentionDays('QueuesOutbound')} days; dead letters ${template.deadLetterDays()} days`,
  operations`items above ${source('shared/aws/queues/lanes.ts', 'maxItemBytes', 1000)} KB; what an unfinished catch-up has read and not queued yet, with text: a deletion is not applied there, but to each message when it is queued | ${fact(archiveDays('claims/'), 'days of claims/')} days`,
  operations`\`quarantineDays\`, ${fact(archiveDays('quarantine/'), 'days of quarantine/')} |`,
  operations`each reply that waits for longer than ${toldAfterSeconds} seconds`,
  architecture`A wait of more than ${toldAfterSeconds} seconds is told`,
  readme`Linux on x64 with Node ${node} or newer.`,
  readme`With an older Node than ${ownNode} npm prints`,
  readme`installs the Node ${ownNode} on which everything runs`,

  architecture`Items above ${source('shared/aws/queues/lanes.ts', 'maxItemBytes', 1000)} KB wait in S3`,
  architecture`on a standard queue of their own, ${source('shared/aws/queues/lanes.ts', 'maxStatuses')} to a message`,
  architecture`and one of more than ${source('shared/aws/queues/lanes.ts', 'maxStatusBytes', 1000)} KB, goes`,
  architecture`with batches of ${template.batchSize('InboundNormalizeStatuses')} and a bound`,
  architecture`waits there too: ${cost('strangerStatusWrites')} write unit, ${cost('strangerStatusReads')} a read unit`,
  architecture`gone after ${source('shared/aws/store/update/park.ts', 'parkedDays')} days`,
  architecture`no more than ${source('shared/raw/item.ts', 'maxPackedBytes')} bytes`,
  architecture`more than ${source('functions/normalize/handle-message.ts', 'windowMilliseconds', 60_000)} minutes before it came`,
  architecture`the **sweep** finishes it ${template.sweepMinutes()} minute.`,
  architecture`Attempt ${template.variable('OutboundSend', 'ATTEMPT_TIMEOUT_SECONDS')} s < function ${template.timeoutSeconds('OutboundSend')} s < lease ${template.variable('OutboundSend', 'LEASE_SECONDS')} s < visibility ${template.visibilitySeconds('QueuesOutbound')} s`,
  architecture`is one blind write of ${cost('statusWrites')} units`,
  architecture`tells each reason once ${alertHours} hour`,
  architecture`for ${cost('takeableWrites')} write units, while the address is known for less than ${source('shared/aws/store/contacts/takeover.ts', 'takeableDays')} days`,
  architecture`A slot within ${source('shared/near.ts', 'nearSeconds', 60)} minutes is waited for`,
  architecture`no status has failed for ${source('shared/aws/store/sending/pause.ts', 'statusSeconds', 60)} minute`,
  architecture`a place is refreshed once ${source('shared/aws/store/append/new-entry.ts', 'hourMilliseconds', 3_600_000)} hour`,
  architecture`updates pending for longer than ${source('shared/aws/store/update/park.ts', 'orphanedAfterHours')} hours`,
  architecture`are spread over ${fact(shards.written, 'shards.written of shared/table/keys.ts')} shards`,
  architecture`costs ${cost('strangerStatusWrites')} write unit.`,
  architecture`costs ${cost('inboundTextWrites')} write units and ${cost('inboundTextReads')} read unit, a delivery status ${cost('statusWrites')} write units`,

  setup`run with Node ${node} or newer, after`,
  setup`On Node ${node} the SDK warns`,
  events`again after ${alertHours} hour while it lasts`,
  receiving`${template.tries('QueuesNormalized')} receives bring it to the dead-letter queue`,
  receiving`is hidden from other readers for ${fact(template.visibilitySeconds('QueuesNormalized').value / 60, 'VisibilityTimeout of Normalized in minutes')} minutes`,
  receiving`is kept for ${template.retentionDays('QueuesNormalized')} days`,
  replying`\`text\` (at most ${longestReply()} characters, and ${source('shared/model/reply.ts', 'maxTextBytes')} bytes as ASCII JSON, in which \`é\` is ${fact('\\u00e9'.length, 'an escape of JSON')}`,

  operations`every try of which failed: ${template.triesOfOthers('QueuesOutbound', 'QueuesNormalized', 'QueuesMedia')}, about ${patienceHalfHours(outage)} hour, on \`ingress\`, \`mail-ingress\`, \`statuses\` and \`replies\`; ${template.tries('QueuesOutbound')} on \`outbound\`, \`normalized\` and \`media\``,
  operations`; ${template.tries('QueuesNormalized')} on \`outbound\`, \`normalized\` and \`media\``,
  operations`; ${template.tries('QueuesMedia')} on \`outbound\`, \`normalized\` and \`media\``,
  operations`a table that refuses | ${template.deadLetterDays()} days |`,
  operations`a bug in a parser | ${template.keptDays('Archive', 'quarantine/')} days |`,
  operations`HTML and mails as they came | ${template.keptDays('Archive', 'html/')} |`,
  operations`a bounce of other mail | ${template.keptDays('Archive', 'held/')} days |`,
  operations`what could not be read, and what is held back | ${template.keptDays('Archive', 'quarantine/')} |`,
  operations`counted from when they were received | kept for ever; at least ${leastDays} |`,
  operations`it can be used again | kept for ever; at least ${leastDays} |`,
  operations`under \`raw/\` for ${template.keptDays('Archive', 'raw/')} days`,
  operations`or in the ${source('infra/cli/replay/messages.ts', 'latenessHours')} hours before`,
  operations`from the mail bucket (${template.keptDays('Mail', '')} days), a payload too large for the queue from \`claims/\` (${template.keptDays('Archive', 'claims/')} days)`,

  operations`it takes up to ${forcedSeconds} seconds`,
  operations`at the latest ${forcedSeconds} seconds after it was stored`,
  architecture`answered with secrets read within ${forcedSeconds} seconds`,
  operations`wait ${fact(forcedSeconds.value / 60, `forcedAtMostEveryMilliseconds of ${secrets} in minutes`)} minute, then change`,
  operations`within ${freshMinutes} minutes at the latest`,

  on(
    'docs/errors.md',
  )`could not be handed over for ${source('shared/aws/store/sending/wait.ts', 'giveUpAfterSeconds', 86_400)} day`,

  local`crashes, ${fact(Math.floor(constantIn('infra/local/lambda/runtime-api.ts', 'maxResponseBytes') / 1024 ** 2), 'maxResponseBytes of runtime-api.ts in MB')} MB answers`,
  local`(at most ${source('infra/local/lambda/pool.ts', 'maxConcurrency')} at once), idle environments stopped after ${seconds('infra/local/lambda/pool.ts', 'idleSeconds', 60)} minutes`,
  local`by specificity, ${source('infra/local/http/api.ts', 'maxBodyBytes', 1024 ** 2)} MB, ${seconds('infra/local/http/routes.ts', 'timeoutMilliseconds', 1000)} s`,
  local`| \`PORT\` | ${source('infra/local/stack.ts', 'port')} |`,
  local`| \`SMTP_PORT\` | ${source('infra/local/stack.ts', 'smtpPort')}, or`,
  local`events in work get ${seconds('infra/local/functions.ts', 'drainMilliseconds', 1000)} seconds`,
  local`how long it holds its webhooks (0; ${source('infra/local/simulators/calls/delivery.ts', 'usualDelay')} with any of the three below)`,
  local`looked up after ${fact(laptop.reconcileAfterSeconds, 'reconcileAfterSeconds of infra/cdk/config/local.ts')} seconds and told after ${fact(laptop.uncertainAfterSeconds, 'uncertainAfterSeconds of infra/cdk/config/local.ts')}, and`,
  local`X takes ${fact(localPace.burst, 'pacing.burst of infra/cdk/config/local.ts')} direct messages in ${fact(localPace.burst / localPace.perSecond, 'pacing of infra/cdk/config/local.ts: seconds until the bucket is full')} seconds instead of ${xPaceMinutes} minutes, and so ${fact(localPosts.burst, 'publicPacing.burst of infra/cdk/config/local.ts')} posts`,
  local`more than ${source('infra/local/simulators/twitter/access/oauth1.ts', 'clockToleranceSeconds', 60)} minutes from its clock`,
  local`has not written for ${source('infra/local/simulators/whatsapp/limits.ts', 'windowMilliseconds', 3_600_000)} hours gets`,
  local`The least Node is ${node}.0`,
  local`installs Node ${ownNode} into the project`,
  local`demand a newer Node than ${node},`,
  local`It is looked at once ${source('infra/local/trouble/disk.ts', 'lookAgainMilliseconds', 1000)} second`,

  architecture`again: ${template.variable('OutboundSend', 'RECONCILE_AFTER_SECONDS')} seconds after the attempt`,
  architecture`after the deadline, ${template.variable('OutboundSweep', 'UNCERTAIN_AFTER_SECONDS')} seconds`,
  events`whether it was sent, ${uncertainMinutes} to ${toldMinutes} minutes after the attempt`,
  outcomes`For ${uncertainMinutes} minutes (\`uncertainAfterSeconds\``,
  outcomes`the next sweep, ${template.sweepMinutes()} minute, sends`,
  replying`an emoji mostly ${units('👍')}, one with a skin tone and a flag ${units('👍🏽')}, a family of four ${units('👨‍👩‍👧‍👦')}.`,
  outcomes`With \`npm start\` it waits for ${localSeconds} seconds, and the event comes after ${localSeconds} to ${fact(localSeconds.value + sweepSeconds, 'that and one sweep')}, or ${template.sweepMinutes()} minute later`,
  architecture`only a command older than ${source('functions/send/prepare.ts', 'freshSeconds', 60)} minute behind ${source('functions/send/prepare.ts', 'rememberedEntries')} entries`,
  architecture`have been accepted, after ${answerHours} hour in any case`,
  outcomes`for the next sweep, up to ${template.sweepMinutes()} minute, also`,
  byMail`the sweep](outcomes.md#campaigns): up to ${template.sweepMinutes()} minute, and`,
  operations`**How long**: ${source('shared/aws/store/sending/pause.ts', 'firstPauseSeconds')} seconds at first`,
  operations`fails again, up to ${longestPauseHours} hour.`,
  operations`and never more than ${longestPauseHours} hour.`,
  operations`After the pause the sweep, ${template.sweepMinutes()} minute, lets up to ${source('functions/sweep/account-slots.ts', 'maxProbes')} replies through`,
  operations`with the reason, once ${alertHours} hour while it lasts`,
  operations`**What is lost**: nothing before ${source('shared/aws/store/sending/wait.ts', 'giveUpAfterSeconds', 86_400)} day. A`,
  operations`handed over for ${source('shared/aws/store/sending/wait.ts', 'giveUpAfterSeconds', 86_400)} day fails`,
  operations`tried ${source('functions/send/outbound.ts', 'maxAttempts')} times with`,
  operations`this queue ${template.sweepMinutes()} minute.`,
  operations`have been accepted, and ${answerHours} hour after its death`,
  operations`are worked by the \`sweep\`, ${template.sweepMinutes()} minute.`,
  refusals`one JSON object in UTF-8 of at most ${commandBytes} bytes`,
  refusals`anything deeper than ${source('shared/storable.ts', 'maxLevels')} levels`,
  on('docs/errors.md')`of a command ${commandBytes} |`,

  cli`runs on the Node ${ownNode} that \`npm ci\` has installed`,
  cli`active in the last ${source('infra/cli/stage/watch.ts', 'windowHours')} hours`,
  cli`shows after up to ${seconds('infra/cli/stage/watch.ts', 'maxQuietMilliseconds', 1000)} seconds`,
  cli`on queues of up to ${source('infra/cli/stage/refusals.ts', 'maxMessages')} messages`,
];

function longestReply(): Fact {
  return source('shared/model/reply-content.ts', 'maxCharacters');
}

const http = 'the HTTP statuses are compared in consuming.test.ts';
const numbering = 'not a quantity: numbers of a row, or of a version';

export const systemExceptions: readonly Exception[] = [
  {
    path: 'README.md',
    reason: 'measured: docs/reliability.md has the figures of each run',
    pieces: ['under load for four minutes with a thousand faults'],
  },
  { path: 'README.md', reason: 'what a reader needs', pieces: ['## Sixty seconds'] },
  { path: 'docs/architecture.md', reason: http, pieces: ['503 for any fault of ours', 'TLS, 429'] },
  {
    path: 'docs/architecture.md',
    reason: numbering,
    pieces: ['sequences are 1…n', 'reaches its provider 0 or 1 times'],
  },
  {
    path: 'docs/operations.md',
    reason: "the days of point-in-time recovery, which is AWS's own",
    pieces: ['every item as it was | 35 days'],
  },
  {
    path: 'docs/architecture.md',
    reason: 'one more, by which a revision counts',
    pieces: ['`revision + 1`, in one write', '(`COPY#…`, 1 write unit)'],
  },
  {
    path: 'docs/operations.md',
    reason: numbering,
    pieces: ['it begins above 1.', 'is near 0 on a good day'],
  },
  {
    path: 'docs/operations.md',
    reason: http,
    pieces: ['are answered 503, which', 'are answered 503 |'],
  },
  {
    path: 'docs/operations.md',
    reason: 'an exit status, and firstLookSeconds of shared/aws/store/sending/accept.ts',
    pieces: ['and ends with 1', 'a quarter of an hour later'],
  },
  { path: 'docs/cli.md', reason: 'an exit status', pieces: ['is refused ends with 1'] },
  { path: 'docs/local.md', reason: 'an exit status', pieces: ['the exit code is 1'] },
  {
    path: 'docs/local.md',
    reason: 'HTTP statuses: test/simulators/contract.test.ts has the first two',
    pieces: [
      'is answered 400 (404 where there is no such call)',
      'or is answered 400:',
      'the emulators answer 500',
    ],
  },
  { path: 'docs/consuming/reply.md', reason: http, pieces: ['202 means queued'] },
  { path: 'docs/consuming/outcomes.md', reason: http, pieces: ['answered with 202, or by SQS'] },
  { path: 'docs/consuming/errors.md', reason: 'what JSON carries', pieces: ['beyond 2^53'] },
  {
    path: 'docs/consuming/receive-events.md',
    reason: numbering,
    pieces: ['by `sequence`: 1, 2, 3 …', 'by `revision`: 1, 2, 3 …'],
  },
  {
    path: 'docs/consuming/setup.md',
    reason: 'what the SDK prints',
    pieces: ['that its versions of 2027 will need Node 22'],
  },
  {
    path: 'docs/consuming/receive-events.md',
    reason: 'a quota of SQS',
    pieces: ['The queue drops repeats for five minutes'],
  },
  {
    path: 'docs/consuming/reply.md',
    reason: 'a quota of SQS',
    pieces: ['have one id within five minutes'],
  },
  {
    path: 'docs/operations.md',
    reason: 'a quota of SQS',
    pieces: ['SQS would swallow the old one for five minutes', 'SQS allows 120,000 such messages'],
  },
  {
    path: 'docs/operations.md',
    reason: 'what SES does: shared/protocols/email.md',
    pieces: ['It tries for four hours'],
  },
  {
    path: 'docs/local.md',
    reason: numbering,
    pieces: [
      'and the npm 9.6 that it comes with',
      'everything listens on 127.0.0.1',
      'payload format 2.0',
      '; 0 takes a free one',
    ],
  },
  {
    path: 'docs/local.md',
    reason: 'where the value means "none"',
    pieces: ['holds its webhooks (0;', 'a visibility change to 0'],
  },
  {
    path: 'docs/local.md',
    reason: 'defaults, which test/simulators/contract.test.ts has',
    pieces: ['the next `count` (1) requests', 'of it leaves together (1)', 'ahead of ours (0);'],
  },
  {
    path: 'docs/local.md',
    reason: 'names of protocols',
    pieces: [
      'our account consents by OAuth 2:',
      'how long an OAuth 2 access token',
      'What it has: OAuth 1.0a, OAuth 2 with PKCE',
      'by which tokens of OAuth 1.0a are made',
    ],
  },
  {
    path: 'docs/local.md',
    reason: 'an HTTP status: test/simulators/twitter/limits.test.ts',
    pieces: ['all others are answered 402'],
  },
  { path: 'docs/local.md', reason: 'a quota of SQS', pieces: ['Its five minutes are in memory'] },
  {
    path: 'docs/cli.md',
    reason: 'exit codes: test/cli/usage.test.ts has them',
    pieces: ['It ends with 0, with 1 when', 'done, with 2 when the call'],
  },
];
