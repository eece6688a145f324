import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommands, reportOf, type Stage, startStage } from './check.ts';
import * as commands from './commands.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const { text, repeat, change, echo, poison, forge, invoke, flow, together } = commands;
const { reply, advance, rotate } = commands;
const list = [
  ...[text, text, text, repeat, change, change, echo, poison, forge, invoke, invoke, invoke],
  ...[flow, together, together, reply, advance, rotate],
];

describe('any sequence of messages, repeats, changes, faults and deaths', () => {
  it('stores each message once and in order, and publishes it so', async () => {
    const checked = await checkCommands(stage, list, { runs: 500 });
    console.log(reportOf('messages', checked));
    expect(checked.problem).toBeUndefined();
  }, 900_000);
});
