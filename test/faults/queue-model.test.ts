import { describe, expect, it } from 'vitest';
import { queueModel } from './queues/queue-model.ts';

function setUp(maxReceiveCount = 3) {
  const clock = { ms: 0 };
  const model = queueModel({
    visibilitySeconds: 10,
    maxReceiveCount,
    groupRun: () => 3,
    now: () => clock.ms,
  });
  const put = (id: string, group: string) => model.put({ id, group, body: id });
  const receive = () => model.receive(10);
  return { clock, model, put, receive };
}

describe("the harness's model of a FIFO queue", () => {
  it('hands out several messages of one group in order, and nothing more of it while they are in flight', () => {
    const { put, receive } = setUp();
    for (const id of ['a1', 'a2', 'a3', 'a4']) put(id, 'a');
    put('b1', 'b');
    expect(receive().map(({ id }) => id)).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(receive()).toEqual([]);
  });

  it('refuses a receipt handle whose visibility timeout has run out, and hands the message out again', () => {
    const { clock, model, put, receive } = setUp();
    put('a1', 'a');
    const [first] = receive();
    clock.ms = 10_000;
    expect(model.remove(first?.handle ?? '')).toBe(false);
    const [second] = receive();
    expect(second).toMatchObject({ id: 'a1', receives: 2 });
    expect(model.remove(first?.handle ?? '')).toBe(false);
    expect(model.remove(second?.handle ?? '')).toBe(true);
    expect(model.waiting()).toBe(0);
  });

  it('shows a message again when its visibility was shortened, before the rest of its group', () => {
    const { clock, model, put, receive } = setUp();
    put('a1', 'a');
    const [first] = receive();
    put('a2', 'a');
    model.changeVisibility(first?.handle ?? '', 1);
    expect(receive()).toEqual([]);
    clock.ms = 1000;
    expect(receive().map(({ id }) => id)).toEqual(['a1', 'a2']);
  });

  it('sets a message aside that was received too often, and goes on with its group', () => {
    const { clock, model, put, receive } = setUp(2);
    put('a1', 'a');
    for (const ms of [0, 10_000]) {
      clock.ms = ms;
      expect(receive()).toHaveLength(1);
    }
    put('a2', 'a');
    clock.ms = 20_000;
    expect(receive().map(({ id }) => id)).toEqual(['a2']);
    expect(model.deadLetters.map(({ id }) => id)).toEqual(['a1']);
  });
});
