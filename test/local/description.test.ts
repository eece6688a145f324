import { describe, expect, it } from 'vitest';
import { describedOutputs } from '#infra/local/description';
import { openApp } from '#infra/local/template/app';

const endpoints = { sqs: 'http://127.0.0.1:4001', api: 'http://127.0.0.1:3000' };

/** An app whose stacks have these outputs, each with its own name as its value. */
function appWith(...stacks: readonly (readonly string[])[]) {
  return openApp({
    ...{ endpoints, parameters: {} },
    stacks: stacks.map((names, index) => ({
      name: `stack-${index}`,
      assetDirectories: new Map(),
      template: {
        ...{ Resources: {}, Parameters: {} },
        Outputs: Object.fromEntries(names.map((Value) => [Value, { Value }])),
      },
    })),
  });
}
const queue = (name: string) => [`${name}QueueUrl`, `${name}DeadLettersUrl`];
const core = [
  ...['TableName', 'ArchiveBucketName', 'MailBucketName', 'ApiUrl'],
  ...['Ingress', 'Statuses', 'Normalized', 'Replies', 'Outbound', 'Media'].flatMap(queue),
];

describe('what a stack says of its queues', () => {
  it('comes from the outputs: a queue that is new is named, with its dead letters', () => {
    const { queues } = describedOutputs(appWith([...core, ...queue('Later')], queue('Mail')), {});
    const { deadLetters, ...others } = queues;
    const names = [
      'ingress',
      'later',
      'mail',
      'media',
      'normalized',
      'outbound',
      'replies',
      'statuses',
    ];
    expect(Object.keys(others).toSorted()).toEqual(names);
    expect(Object.keys(deadLetters).toSorted()).toEqual(names);
    expect(queues).toMatchObject({
      later: 'LaterQueueUrl',
      deadLetters: { later: 'LaterDeadLettersUrl' },
    });
  });

  it('names the queue of a topic as its connector is called', () => {
    const app = appWith([...core, ...queue('WhatsappAws')]);
    const { queues } = describedOutputs(app, { 'whatsapp-aws': 'arn:aws:sns:x:1:told' });
    expect(queues).toMatchObject({
      'whatsapp-aws': 'WhatsappAwsQueueUrl',
      deadLetters: { 'whatsapp-aws': 'WhatsappAwsDeadLettersUrl' },
    });
  });

  it('has no mail queue where no mail is received', () => {
    const { queues } = describedOutputs(appWith(core), {});
    expect(queues).not.toHaveProperty('mail');
    expect(queues.deadLetters).not.toHaveProperty('mail');
  });

  it.each(['IngressQueueUrl', 'NormalizedQueueUrl', 'RepliesDeadLettersUrl', 'TableName'])(
    'is nothing when an output is missing that everybody relies on: %s',
    (missing) => {
      const app = appWith(core.filter((name) => name !== missing));
      expect(() => describedOutputs(app, {})).toThrow(
        `template: no stack has the output ${missing}`,
      );
    },
  );
});
