import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '#test/connectors/contract/contract';
import { root } from '#test/docs/pages/page';
import { type Exception, type Fact, fact, on, type Statement } from '#test/docs/pages/statements';
import { source } from './system.ts';

const testing = on('docs/contributing/testing.md');

/** The small and the full size that follow these words in a test. */
function sizes(path: string, after: string): readonly [Fact, Fact] {
  const text = readFileSync(join(root, path), 'utf8');
  const found = /\{ small: ([\d_]+), full: ([\d_]+) \}/.exec(text.slice(text.indexOf(after)));
  const of = (name: string, digits = '') =>
    fact(Number(digits.replaceAll('_', '')), `the ${name} size at "${after}" of ${path}`);
  return [of('small', found?.[1]), of('full', found?.[2])];
}

const fuzz = sizes('test/connectors/whatsapp/fuzz/fuzz.test.ts', 'const runs');
const updates = sizes('test/flows/large.test.ts', 'const updates');
const replies = sizes('test/flows/reply-order.test.ts', 'const each');
const messages = sizes('test/model/messages.test.ts', 'runs:');
const statusFlood = sizes('test/flows/status-flood.test.ts', 'const count');
const paced = sizes('test/functions/send/accounts.test.ts', 'const many');
const campaign = sizes('test/functions/send/campaigns.test.ts', 'const many');
const uncertain = sizes('test/functions/sweep/capacity.test.ts', 'const uncertainReplies');
const edits = sizes('test/store/append.test.ts', 'const edits');
const replyRuns = sizes('test/model/replies.test.ts', 'replyCommands, {');
const statusRuns = sizes('test/model/replies.test.ts', 'statusCommands, {');
const parked = sizes('test/functions/normalize/parked-many.test.ts', 'const count');
const flood = sizes('test/simulation/pacing.test.ts', 'const replies');
const changes = sizes('test/store/changes-cost.test.ts', 'const many');
const reactions = sizes('test/store/changes-cost.test.ts', 'const reactions');
const races = sizes('test/store/contacts/takeover.test.ts', 'const races');

const contractTests = fact(contract.length, 'the length of test/connectors/contract/contract.ts');

export const testingStatements: readonly Statement[] = [
  testing`runs the same ${contractTests} tests for every connector`,
  testing`Of the ${contractTests}, these run:`,
  testing`a file has at most ${source('test/guards/tree-rules.ts', 'maxLines')} lines`,
  on(
    'docs/contributing/add-a-connector.md',
  )`what it must become; at least ${source('test/connectors/contract/reading.ts', 'leastFixtures')} |`,
  testing`at least ${source('test/support/runner/size.ts', 'leastRuns')}. One`,
  testing`| ${fuzz[0]} damaged webhooks | ${fuzz[1]} |`,
  testing`| ${updates[0]} updates in one webhook | ${updates[1]}, the most`,
  testing`| ${replies[0]} replies to each conversation, by the queue, on a fresh stack | ${replies[1]}, by the queue`,
  testing`| ${statusFlood[0]} statuses in one webhook | ${statusFlood[1]} |`,
  testing`| ${paced[0]} replies at the pace of X | ${paced[1]} |`,
  testing`; ${campaign[0]} replies of a campaign | at every write; ${campaign[1]} |`,
  testing`| ${uncertain[0]} uncertain replies in one sweep | ${uncertain[1]} |`,
  testing`| ${edits[0]} edits that came before their message | ${edits[1]} |`,
  testing`| ${replyRuns[0]} sequences, and ${statusRuns[0]} of statuses | ${replyRuns[1]}, and ${statusRuns[1]} |`,
  testing`| ${parked[0]} updates that came before their message | ${parked[1]} |`,
  testing`| ${messages[0]} sequences | ${messages[1]} |`,
  testing`| a flood of ${flood[0]} replies | ${flood[1]} |`,
  testing`| ${changes[0]} changes of one message | ${changes[1]} edits and statuses, ${reactions[1]} reactions |`,
  testing`| ${races[0]} races for each situation | ${races[1]} |`,
];

export const testingExceptions: readonly Exception[] = [
  {
    path: 'docs/contributing/testing.md',
    reason: 'measured',
    pieces: [
      'Times are of 27 November 2026',
      'All of them together were 474 s',
      'When they were 701 s, `npm test` took 375 s and `.ci/run` 647 s in a fresh clone on two cores with little else to do.',
    ],
  },
];
