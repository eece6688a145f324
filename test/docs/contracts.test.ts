import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stage as example } from '#infra/cdk/config/example';
import { stage as local } from '#infra/cdk/config/local';
import { stage as localAws } from '#infra/cdk/config/local-aws';
import { Conversation } from '#shared/model/conversation';
import { eventData } from '#shared/model/event';
import { Message } from '#shared/model/message';
import { ReplyCommand, SignalCommand } from '#shared/model/reply';
import { ReplyContent } from '#shared/model/reply-content';
import { appWithStage } from '#test/infra/synthesis';
import {
  contentProblems,
  eventProblems,
  shapeOf,
  unknownFields,
  unknownRoutes,
} from './contracts.ts';
import { unknownNames } from './pages/names.ts';
import { allPages, codeSpans, type Page, readPage } from './pages/page.ts';

const pages = allPages();
const told = readPage('docs/consuming/events.md');
const replying = readPage('docs/consuming/reply.md');
const signalling = readPage('docs/consuming/typing-and-read-receipts.md');
const changed = (page: Page, from: string, to: string): Page => {
  expect(page.text).toContain(from);
  return { ...page, text: page.text.replace(from, to) };
};
const planted = (text: string): Page => ({ ...told, text: `${told.text}\n${text}\n` });

describe('events', () => {
  it('are the ones of the contracts, with the fields that are named', () => {
    expect(eventProblems(told, eventData)).toEqual([]);
  });

  it('are noticed when they are not', () => {
    expect(
      eventProblems(changed(told, '| `message.sent` |', '| `message.gone` |'), eventData),
    ).toEqual([
      'docs/consuming/events.md: "Events" has no row for switchboard.message.sent.v1',
      expect.stringMatching(/md:\d+: there is no event switchboard\.message\.gone\.v1$/),
    ]);
    const page = changed(told, '`errors[].code`', '`errors[].gone`');
    expect(eventProblems(page, eventData)).toEqual([
      expect.stringContaining('the data of switchboard.message.failed.v1 has no errors[].gone'),
    ]);
  });
});

describe('fields', () => {
  const names = Object.keys(eventData).map((type) => /\.(\w+\.\w+)\.v1$/.exec(type)?.[1] ?? '');
  const events = new Set(names);
  const models = { message: Message, conversation: Conversation };

  it('of messages and conversations are there', () => {
    expect(pages.flatMap((page) => unknownFields(page, models, events))).toEqual([]);
    const page = planted('`message.gone` `message.author.role` `data.message.away` `message.sent`');
    expect(unknownFields(page, models, events).map((each) => each.replace(/^\S+ /, ''))).toEqual([
      'there is no message.gone',
      'there is no data.message.away',
    ]);
  });

  it('of events are events everywhere', () => {
    const shape = /^(?:message|attachment|reaction|conversation|consent|channel)\.[a-z]+ed$/;
    expect(pages.flatMap((page) => unknownNames(page, shape, events))).toEqual([]);
    expect(unknownNames(planted('`reaction.changed`'), shape, events)).toHaveLength(1);
  });
});

describe('replies', () => {
  const members = [...ReplyContent.options];

  it('carry the contents that are listed, with these fields', () => {
    expect(contentProblems(replying, members)).toEqual([]);
  });

  it.each([
    ['`linkPreview?`', '`gone?`', 'text has no gone'],
    ['`linkPreview?`', '', 'linkPreview of text is not named'],
    ['| `reaction` |', '| `wave` |', 'no row for content reaction'],
    ['| `reaction` |', '| `wave` |', 'a reply has no content wave'],
    ['| `name`, `language`', '| `name?`, `language`', 'name of template may not be left out'],
  ])('are noticed when %s becomes %s', (from, to, problem) => {
    const problems = contentProblems(changed(replying, from, to), members).join('\n');
    expect(problems).toContain(problem);
  });

  const unnamed = ({ text }: Page) =>
    [ReplyCommand, SignalCommand]
      .flatMap((schema) => Object.keys(shapeOf(schema, 'input').properties ?? {}))
      .filter((name) => !new RegExp(`[\`"]${name}[\`":]`).test(text));

  it('have no field that the pages do not name', () => {
    const text = `${replying.text}${signalling.text}`;
    expect(unnamed({ ...replying, text })).toEqual([]);
    expect(unnamed({ ...replying, text: 'nothing' })).toContain('replyId');
  });

  it('and signs are what the examples show', () => {
    const examples = codeSpans(signalling).filter(({ text }) => text.startsWith('{"'));
    expect(examples.length).toBeGreaterThan(1);
    for (const { text } of examples) {
      const value: unknown = { conversationId: 'cnv_a', ...JSON.parse(text) };
      expect(SignalCommand.safeParse(value), text).toMatchObject({ success: true, data: value });
    }
  });
});

describe('the template', () => {
  const stacks = [example, local, localAws].flatMap((stage) => {
    const { core, mail } = appWithStage(stage);
    return mail ? [core, mail] : [core];
  });
  const templates = stacks.map((stack) => Template.fromStack(stack).toJSON());
  const resources = templates.flatMap(({ Resources }) => Object.values(Resources) as Resource[]);
  const routes = resources
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => String(Properties['RouteKey']).replace(/^\w+ /, ''));

  it('has the routes that are named', () => {
    expect(routes.length).toBeGreaterThan(5);
    expect(pages.flatMap((page) => unknownRoutes(page, routes))).toEqual([]);
    expect(unknownRoutes(planted('`/v1/conversations/<id>/gone`'), routes)).toHaveLength(1);
  });

  it('has no route that is not named', () => {
    const text = pages.map((page) => page.text).join('\n');
    const left = [...new Set(routes)]
      .filter((route) => !route.endsWith('{proxy+}'))
      .filter((route) => !new RegExp(route.replaceAll(/\{\w+\}/g, '[^/\\s]+')).test(text));
    expect(left).toEqual([]);
  });

  it('has the outputs and parameters that are named', () => {
    const names = templates.flatMap(({ Outputs = {}, Parameters = {} }) => [
      ...Object.keys(Outputs),
      ...Object.keys(Parameters),
    ]);
    const shape = /^[A-Z][A-Za-z]+(?:Url|Arn|Name)$/;
    const exist = new Set(names);
    expect(names.length).toBeGreaterThan(20);
    expect(pages.flatMap((page) => unknownNames(page, shape, exist))).toEqual([]);
    expect(unknownNames(planted('`GoneQueueUrl`'), shape, exist)).toHaveLength(1);
  });

  it('has the secrets that are named', () => {
    const names = resources
      .filter(({ Type }) => Type === 'AWS::SecretsManager::Secret')
      .map(({ Properties }) => String(Properties['Name']));
    const isOne = (text: string) => {
      const shape = new RegExp(`^${text.replaceAll(/<\w+>/g, '[^/]+')}$`);
      return names.some((name) => shape.test(name));
    };
    const told = pages.flatMap(codeSpans).filter(({ text }) => /^switchboard\/.*\/./.test(text));
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ text }) => !isOne(text))).toEqual([]);
    expect(isOne('switchboard/<stage>/fax/shop')).toBe(false);
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
