import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, type Stage, startStage } from '#test/model/check';
import type { Commands } from '#test/model/commands/command';
import { messageCommands, replyCommands, statusCommands } from '#test/model/commands/commands';
import { openConversations } from '#test/model/commands/reply-commands';
import { parameters } from '#test/properties/parameters';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type BothTables, bothTables, type Mistake } from './both-tables.ts';
import { harnessMoves, play } from './harness-moves.ts';

let stage: Stage;
let emulators: Emulators;
beforeAll(async () => {
  [stage, emulators] = await Promise.all([startStage(), startEmulators()]);
});
afterAll(async () => {
  await stage.stop();
  await emulators.stop();
});

const calls = new Map<string, number>();

/** The stage, with the table in memory beside that of every run. */
function doubled(mistake?: Mistake): Stage {
  const { database } = stage;
  const pairs = new Map<string, BothTables>();
  return {
    ...stage,
    database: {
      ...database,
      createTable: async (name) => {
        const both = bothTables(await database.createTable(name), mistake);
        pairs.set(name, both);
        return both.table;
      },
      dropTable: async (table) => {
        const both = pairs.get(table.name);
        await both?.compareAll(await database.itemsOf(table));
        await database.dropTable(table);
        count(both);
        if (both && both.differences.length > 0) throw new Error(both.differences[0]);
      },
    },
  };
}

function count(both: BothTables | undefined): void {
  for (const [name, each] of both?.calls ?? []) calls.set(name, (calls.get(name) ?? 0) + each);
}

const everyCommand: Commands = [...messageCommands, ...replyCommands, ...statusCommands];

describe('the table in memory', () => {
  it('answers every call as the emulator does, whatever customers, agents and providers do', async () => {
    const opening = openConversations;
    const { problem } = await checkCommands(doubled(), everyCommand, { runs: 24, opening });
    expect(problem).toBeUndefined();
  }, 300_000);

  it('answers every call as the emulator does where replies wait for slots, pauses and campaigns', async () => {
    const { failed, counterexample, errorInstance } = await comparedAtDesks(parameters(12));
    expect(failed && [counterexample, errorInstance]).toBe(false);
  }, 300_000);

  it('has been asked everything that a sender and a sweep ask, and has refused', () => {
    const [Put, Update] = ['PutCommand', 'UpdateCommand'];
    const refused = 'ConditionalCheckFailedException';
    expect([...calls.keys()]).toEqual(
      expect.arrayContaining([
        ...['GetCommand', 'QueryCommand', 'BatchGetCommand', Put, Update, 'TransactWriteCommand'],
        ...[`${Put}, ${refused}`, `${Update}, ${refused}`],
        'TransactWriteCommand, TransactionCanceledException',
      ]),
    );
  });

  it.each<[string, Mistake]>([
    ['writes in spite of a condition', (_, input) => forget(input, 'ConditionExpression')],
    ['tells nothing of what it has changed', (_, input) => forget(input, 'ReturnValues')],
    ['reads on from the beginning', (_, input) => forget(input, 'ExclusiveStartKey')],
    ['reads a list the wrong way round', (_, input) => forget(input, 'ScanIndexForward')],
    ['reads more than it is asked for', (_, input) => forget(input, 'Limit')],
    ['loses a place in an index', (_, { Item }) => Item && forget(Item, 'duePk')],
    ['leaves a write out of a transaction', (_, { TransactItems }) => void TransactItems?.pop()],
    [
      'keeps what is to be removed',
      (_, input) => {
        const [kept = ''] = input.UpdateExpression?.split(' REMOVE ') ?? [];
        if (kept !== '') input.UpdateExpression = kept;
      },
    ],
  ])(
    'is found out where it %s',
    async (_, mistake) => {
      const { failed } = await comparedAtDesks({ numRuns: 60, seed: 7 }, mistake);
      expect(failed).toBe(true);
    },
    300_000,
  );
});

function forget(from: object, name: string): void {
  Reflect.deleteProperty(from, name);
}

let desks = 0;

/** Plays at desks whose table is doubled, until something is answered differently. */
function comparedAtDesks(
  run: { readonly numRuns: number; readonly seed: number },
  mistake?: Mistake,
) {
  const property = fc.asyncProperty(harnessMoves, async (moves) => {
    const { database } = stage;
    desks += 1;
    const both = bothTables(await database.createTable(`desk${desks}`), mistake);
    try {
      await play({ ...emulators, table: both.table }, moves);
      await both.compareAll(await database.itemsOf(both.table));
    } finally {
      await database.dropTable(both.table);
    }
    if (!mistake) count(both);
    if (both.differences.length > 0) throw new Error(both.differences[0]);
  });
  return fc.check(property, { ...run, endOnFailure: true });
}
