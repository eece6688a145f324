import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ofPrism } from '#test/support/connectors/prism';
import type { Heard, HeardEvent } from './helpdesk.ts';

interface Validate {
  (value: unknown): boolean;
  readonly errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

/** Ajv, the JSON Schema validator that Prism brings along: it shares nothing with the zod that made the schemas. */
const { Ajv2020 } = ofPrism('ajv/dist/2020.js');
const { default: addFormats } = ofPrism('ajv-formats');

/** What CloudEvents 1.0 itself demands of structured JSON (spec.md, "Context Attributes"; json-format.md). */
const cloudEvent = {
  type: 'object',
  required: ['id', 'source', 'specversion', 'type'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1 },
    source: { type: 'string', minLength: 1, format: 'uri-reference' },
    type: { type: 'string', minLength: 1 },
    datacontenttype: { const: 'application/json' },
    dataschema: { type: 'string', minLength: 1, format: 'uri' },
    subject: { type: 'string', minLength: 1 },
    time: { type: 'string', format: 'date-time' },
    sequence: { type: 'string', minLength: 1 },
    partitionkey: { type: 'string', minLength: 1 },
    data: { type: 'object' },
    data_base64: false,
  },
  patternProperties: { '^(?!data$)': { type: ['string', 'boolean', 'integer'] } },
  propertyNames: { pattern: '^([a-z0-9]{1,20}|data_base64)$' },
};

const contracts = join(import.meta.dirname, '../../../docs/contracts');

function validators(): readonly Validate[] {
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  const names = readdirSync(contracts);
  for (const name of names) ajv.addSchema(JSON.parse(readFileSync(join(contracts, name), 'utf8')));
  return [ajv.compile(cloudEvent), ajv.getSchema('Event.schema.json')];
}

const [isCloudEvent, isContract] = validators();

/** What is wrong with a sequence of deliveries by the promises made to consumers, a sentence each. */
export function brokenPromises(heard: readonly Heard[]): string[] {
  const events = heard.map(({ event }) => event);
  return [...heard.flatMap(brokenEnvelope), ...repeated(events), ...gaps(events)];
}

function brokenEnvelope({ event, attributes, groupId, deduplicationId }: Heard): string[] {
  const envelope = event as HeardEvent & Readonly<Record<string, unknown>>;
  const mirrored = { type: event.type, channel: envelope['channel'], account: envelope['account'] };
  const told = (rule: string) => `${event.type} ${event.id}: ${rule}`;
  return [
    ...problems(isCloudEvent, event).map((reason) => told(`no CloudEvent: ${reason}`)),
    ...problems(isContract, event).map((reason) => told(`against its schema: ${reason}`)),
    ...Object.entries(mirrored)
      .filter(([name, value]) => attributes[name] !== value)
      .map(([name]) => told(`attribute ${name} is ${attributes[name]}`)),
    ...(groupId === envelope['partitionkey'] ? [] : [told(`its group is ${groupId}`)]),
    ...(deduplicationId === event.id ? [] : [told(`its deduplication id is ${deduplicationId}`)]),
  ];
}

function problems(validate: Validate | undefined, value: unknown): string[] {
  if (!validate) throw new Error('a schema is missing');
  if (validate(value)) return [];
  return [
    ...new Set((validate.errors ?? []).map((each) => `${each.instancePath} ${each.message}`)),
  ];
}

function repeated(events: readonly HeardEvent[]): string[] {
  const seen = new Set<string>();
  return events
    .filter(({ id }) => seen.size === seen.add(id).size)
    .map(({ id, type }) => `${type} ${id} came twice`);
}

/** Entries are numbered 1, 2, 3 … in their conversation, and changes in their message, each in order. */
function gaps(events: readonly HeardEvent[]): string[] {
  const next = new Map<string, number>();
  return events.flatMap(({ subject = '', sequence, revision, type }) => {
    if (sequence === undefined) return [];
    const counter = revision === undefined ? subject : `${subject}.${sequence}`;
    const expected = next.get(counter) ?? 1;
    const given = Number(revision ?? sequence);
    next.set(counter, given + 1);
    return given === expected ? [] : [`${type} of ${counter} is ${given}, not ${expected}`];
  });
}
