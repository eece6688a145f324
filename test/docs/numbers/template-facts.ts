import { Template } from 'aws-cdk-lib/assertions';
import { stage as example } from '#infra/cdk/config/example';
import { type Fact, fact } from '#test/docs/pages/statements';
import { appWithStage, type CfnResource } from '#test/infra/synthesis';

const { core, mail } = appWithStage(example);
if (!mail) throw new Error('the example receives no mail');
const templates = [Template.fromStack(core), Template.fromStack(mail)];

/** All resources of a type in both stacks, by logical id. */
function all(type: string): [string, CfnResource][] {
  const found = templates.flatMap((template) => Object.entries(template.findResources(type)));
  if (found.length === 0) throw new Error(`no ${type} in the template`);
  return found as [string, CfnResource][];
}

function one(type: string, prefix: string): CfnResource['Properties'] {
  const found = all(type).filter(([id]) => id.startsWith(prefix));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} of ${type} begin with ${prefix}`);
  return only[1].Properties;
}

const queues = all('AWS::SQS::Queue').filter(([, each]) => each.Properties['RedrivePolicy']);

/** Counted by the consuming function where it does so, else by SQS. */
function triesOf([id, each]: [string, CfnResource]): number {
  const { deadLetterTargetArn, maxReceiveCount } = each.Properties['RedrivePolicy'];
  const [dead] = deadLetterTargetArn['Fn::GetAtt'];
  const counted = all('AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties['Environment']?.Variables ?? {})
    .find((variables) => variables['DEAD_LETTERS_URL']?.Ref === dead);
  if (counted && counted['MOST_TRIES'] === undefined) throw new Error(`${id}: no MOST_TRIES`);
  return Number(counted?.['MOST_TRIES'] ?? maxReceiveCount);
}

/** `Queues` and the name of the queue; the mail stack's own is called `Queue`. */
const queue = (name: string) => one('AWS::SQS::Queue', `${name}Queue`);

/** Tries before a message of this queue is dead. */
export function tries(name: string): Fact {
  const found = queues.filter(([id]) => id.startsWith(`${name}Queue`));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} queues begin with ${name}`);
  return fact(triesOf(only), `tries on ${name} in the template`);
}

/** Tries of all queues but these; none where they differ. */
export function triesOfOthers(...names: readonly string[]): Fact {
  const others = queues.filter(([id]) => !names.some((name) => id.startsWith(`${name}Queue`)));
  const counts = others.map((each) => `${each[0]} ${triesOf(each)}`);
  const values = new Set(others.map(triesOf));
  const [value = 0] = values.size === 1 ? values : [Number.NaN];
  return fact(value, `tries on the other queues in the template (${counts.join(', ')})`);
}

export function visibilitySeconds(name: string): Fact {
  return fact(Number(queue(name)['VisibilityTimeout']), `VisibilityTimeout of ${name}`);
}

const daysOf = ({ MessageRetentionPeriod }: CfnResource['Properties']) =>
  Number(MessageRetentionPeriod) / 86_400;

export function retentionDays(name: string): Fact {
  return fact(daysOf(queue(name)), `MessageRetentionPeriod of ${name} in days`);
}

/** Of all dead-letter queues; none where they differ. */
export function deadLetterDays(): Fact {
  const dead = all('AWS::SQS::Queue').filter(([, each]) => !each.Properties['RedrivePolicy']);
  const days = new Set(dead.map(([, each]) => daysOf(each.Properties)));
  const [value = 0] = days.size === 1 ? days : [Number.NaN];
  return fact(value, 'MessageRetentionPeriod of the dead-letter queues in days');
}

/** How many messages a function of this name takes at once from its queue. */
export function batchSize(name: string): Fact {
  return fact(
    Number(one('AWS::Lambda::EventSourceMapping', name)['BatchSize']),
    `BatchSize of ${name}`,
  );
}

/** Days until what lies under a prefix of a bucket is deleted. */
export function keptDays(bucket: string, prefix: string): Fact {
  const { LifecycleConfiguration } = one('AWS::S3::Bucket', `Storage${bucket}`);
  const rules: readonly { Prefix?: string; ExpirationInDays?: number }[] =
    LifecycleConfiguration.Rules;
  const rule = rules.find(
    ({ Prefix = '', ExpirationInDays }) => Prefix === prefix && ExpirationInDays,
  );
  return fact(rule?.ExpirationInDays ?? 0, `ExpirationInDays of ${bucket}, "${prefix}"`);
}

export function timeoutSeconds(name: string): Fact {
  return fact(one('AWS::Lambda::Function', name)['Timeout'], `Timeout of ${name}`);
}

export function variable(name: string, key: string): Fact {
  const { Variables } = one('AWS::Lambda::Function', name)['Environment'];
  return fact(Number(Variables[key]), `${key} of ${name}`);
}

/** Minutes between two runs of the sweep. */
export function sweepMinutes(): Fact {
  const expression = String(one('AWS::Events::Rule', 'Outbound')['ScheduleExpression']);
  const [, count = ''] = /^rate\((\d+) minutes?\)$/.exec(expression) ?? [];
  return fact(Number(count), 'the schedule of the sweep');
}
