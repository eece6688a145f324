import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { stage as local } from '#infra/cdk/config/local';
import { appWithStage, type CfnResource, resourcesOf } from './synthesis.ts';

const day = 86_400;

describe('the queues', () => {
  let templates: Template[];
  let core: Template;
  beforeAll(() => {
    const stacks = appWithStage({ ...local, consumers: ['111122223333'] });
    core = Template.fromStack(stacks.core);
    templates = [core, Template.fromStack(stacks.mail ?? stacks.core)];
  });

  it('each have a dead-letter queue, SSE and TLS', () => {
    for (const template of templates) {
      const queues = resourcesOf(template, 'AWS::SQS::Queue');
      const dead = new Set(queues.map(([, { Properties }]) => deadLettersOf(Properties)));
      for (const [id, { Properties }] of queues) {
        expect(dead.has(id) || deadLettersOf(Properties) !== undefined, id).toBe(true);
        expect(Properties, id).toMatchObject({
          SqsManagedSseEnabled: true,
        });
      }
      template.resourceCountIs('AWS::SQS::QueuePolicy', queues.length);
      for (const [id, { Properties }] of resourcesOf(template, 'AWS::SQS::QueuePolicy')) {
        expect(JSON.stringify(Properties), id).toContain('{"aws:SecureTransport":"false"}');
      }
    }
  });

  // A message of a standard queue keeps the time it was first sent: one that died on its last day would be gone at once.
  it('keep messages shorter than their dead letters, which stay for two weeks', () => {
    const problems = templates.flatMap(retentionProblems);
    expect(problems).toEqual([]);
    const planted = templates.flatMap((each) => {
      const queues = resourcesOf(each, 'AWS::SQS::Queue');
      for (const [, { Properties }] of queues) Properties['MessageRetentionPeriod'] = 14 * day;
      return keptTooLong(queues);
    });
    // Each queue that has dead letters: seven of the core, and the one for what SES tells of mail.
    expect(planted).toHaveLength(8);
  });

  it('keep order for high throughput, and take no deduplication id from the body', () => {
    const fifo = resourcesOf(core, 'AWS::SQS::Queue').filter(
      ([, each]) => each.Properties['FifoQueue'],
    );
    // Five queues, and the dead letters of each.
    expect(fifo).toHaveLength(10);
    for (const [id, { Properties }] of fifo) {
      expect(Properties, id).toMatchObject({
        ContentBasedDeduplication: false,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      });
    }
    const ordered = ['Ingress', 'MailIngress', 'Normalized', 'Outbound', 'Replies'].flatMap(
      (name) => [`Queues${name}Queue`, `Queues${name}DeadLetters`],
    );
    expect(fifo.map(([id]) => id.slice(0, -8)).toSorted()).toEqual(ordered.toSorted());
  });

  it('hide a message for at least six times its consumer’s timeout', () => {
    for (const template of templates) {
      const queues = new Map(resourcesOf(template, 'AWS::SQS::Queue'));
      const functions = new Map(resourcesOf(template, 'AWS::Lambda::Function'));
      for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
        expect(Properties, id).toMatchObject({
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        });
        const queue = queues.get(Properties['EventSourceArn']['Fn::GetAtt'][0])?.Properties;
        const consumer = functions.get(Properties['FunctionName'].Ref)?.Properties;
        expect(queue?.['VisibilityTimeout'], id).toBeGreaterThanOrEqual(6 * consumer?.['Timeout']);
      }
    }
  });

  it('give a crashed send time to be noticed: attempt < function < lease < visibility', () => {
    const [, send] = one(core, 'AWS::Lambda::Function', 'OutboundSend');
    const { ATTEMPT_TIMEOUT_SECONDS, LEASE_SECONDS } = send.Properties['Environment'].Variables;
    const [, queue] = one(core, 'AWS::SQS::Queue', 'QueuesOutboundQueue');
    const order = [
      Number(ATTEMPT_TIMEOUT_SECONDS),
      send.Properties['Timeout'],
      Number(LEASE_SECONDS),
      queue.Properties['VisibilityTimeout'],
    ];
    expect(order).toEqual([15, 90, 120, 540]);
  });

  it('are worked through by tens, statuses by hundreds, files and mails one by one', () => {
    const sources = templates.flatMap((each) =>
      resourcesOf(each, 'AWS::Lambda::EventSourceMapping'),
    );
    const named = (name: string) =>
      sources.filter(([id]) => id.includes(name)).map(([, { Properties }]) => Properties);
    // A flood of files, or of statuses, leaves room for messages.
    // One at a time: a mail or a file that takes all memory takes no other with it.
    const files = { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 50 } };
    const statuses = {
      ...{ BatchSize: 100, MaximumBatchingWindowInSeconds: 1 },
      ScalingConfig: { MaximumConcurrency: 5 },
    };
    expect(named('FetchMedia')).toMatchObject([files]);
    expect(named('NormalizeMail')).toMatchObject([files]);
    expect(named('NormalizeStatuses')).toMatchObject([statuses]);
    const others = sources.filter(([id]) => !/FetchMedia|NormalizeMail|NormalizeStatuses/.test(id));
    expect(new Set(others.map(([, { Properties }]) => Properties['BatchSize']))).toEqual(
      new Set([10]),
    );
  });

  it('set aside by themselves only what its function cannot have: tries of a whole batch of one group', () => {
    expect(tooFewReceives(core)).toEqual([]);
    const counted = resourcesOf(core, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties['Environment']?.Variables?.['MOST_TRIES'] !== undefined,
    );
    expect(counted).toHaveLength(4);
  });

  it('are noticed when SQS may set aside what was not tried', () => {
    const [id, queue] = one(core, 'AWS::SQS::Queue', 'QueuesIngressQueue');
    const planted = structuredClone(queue);
    planted.Properties['RedrivePolicy'].maxReceiveCount = 20;
    expect(tooFewReceives(core, new Map([[id, planted]]))).toEqual([
      expect.stringMatching(/^QueuesIngressQueue\w+: 20 receives, 200 needed$/),
    ]);
    const [source, mapping] = one(core, 'AWS::Lambda::EventSourceMapping', 'OutboundSend');
    const larger = structuredClone(mapping);
    larger.Properties['BatchSize'] = 11;
    expect(tooFewReceives(core, new Map([[source, larger]]))).toHaveLength(1);
    const forgetful = resourcesOf(core, 'AWS::Lambda::Function').map(([name, fn]) => {
      const copy = structuredClone(fn);
      delete copy.Properties['Environment']?.Variables?.['MOST_TRIES'];
      return [name, copy] as const;
    });
    expect(tooFewReceives(core, new Map(forgetful))).toHaveLength(4);
  });

  it('leave a fetched file time to be stored', () => {
    const [, fetchMedia] = one(core, 'AWS::Lambda::Function', 'InboundFetchMedia');
    const { FETCH_TIMEOUT_SECONDS } = fetchMedia.Properties['Environment'].Variables;
    expect([Number(FETCH_TIMEOUT_SECONDS), fetchMedia.Properties['Timeout']]).toEqual([240, 300]);
  });

  it('let the consumers of the stage read normalized messages, and nobody else’s queue', () => {
    const open = resourcesOf(core, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties).includes('111122223333'),
    );
    expect(open.map(([id]) => id)).toEqual([expect.stringContaining('QueuesNormalizedQueue')]);
  });
});

/** Every queue that may give its messages to a dead-letter queue, and keeps them as long as that one does. */
function keptTooLong(queues: readonly (readonly [string, CfnResource])[]): string[] {
  const kept = new Map(
    queues.map(([id, { Properties }]) => [id, Number(Properties['MessageRetentionPeriod'])]),
  );
  return queues.flatMap(([id, { Properties }]) => {
    const dead = deadLettersOf(Properties);
    if (dead === undefined) return [];
    return (kept.get(id) ?? 0) < (kept.get(dead) ?? 0) ? [] : [`${id} keeps as long as ${dead}`];
  });
}

function retentionProblems(template: Template): string[] {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  const short = queues
    .filter(([, { Properties }]) => deadLettersOf(Properties) === undefined)
    .filter(([, { Properties }]) => Properties['MessageRetentionPeriod'] !== 14 * day)
    .map(([id]) => `${id} is kept for less than two weeks`);
  return [...keptTooLong(queues), ...short];
}

/**
 * FIFO queues of functions of ours that may set a message aside which has not had its tries: in a batch as many as it
 * holds may be of one group, and each receive of the first one is a receive of all.
 */
function tooFewReceives(
  template: Template,
  planted: ReadonlyMap<string, CfnResource> = new Map(),
): string[] {
  const all = (type: string) =>
    resourcesOf(template, type).map(([id, each]) => [id, planted.get(id) ?? each] as const);
  const queues = new Map(all('AWS::SQS::Queue'));
  const functions = new Map(all('AWS::Lambda::Function'));
  return all('AWS::Lambda::EventSourceMapping').flatMap(([, { Properties }]) => {
    const id = Properties['EventSourceArn']['Fn::GetAtt'][0];
    const queue = queues.get(id)?.Properties;
    if (!queue?.['FifoQueue']) return [];
    const consumer = functions.get(Properties['FunctionName'].Ref)?.Properties;
    const Variables = consumer?.['Environment'].Variables ?? {};
    const needed = Number(Variables['MOST_TRIES']) * Properties['BatchSize'];
    const receives = Number(queue['RedrivePolicy'].maxReceiveCount);
    const isItsOwn = Variables['DEAD_LETTERS_URL']?.Ref === deadLettersOf(queue);
    return receives >= needed && isItsOwn ? [] : [`${id}: ${receives} receives, ${needed} needed`];
  });
}

function deadLettersOf(properties: CfnResource['Properties']): string | undefined {
  return properties['RedrivePolicy']?.deadLetterTargetArn['Fn::GetAtt'][0];
}

function one(template: Template, type: string, prefix: string): [string, CfnResource] {
  const found = resourcesOf(template, type).find(([id]) => id.startsWith(prefix));
  if (!found) throw new Error(`no ${type} whose id begins with ${prefix}`);
  return found;
}
