import { randomHex } from '#infra/local/simulators/random-hex';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { isObject, objectOf, parsedJson } from '#shared/json';
import { contentRefusal } from './content-check.ts';
import { errorAnswer } from './errors.ts';
import { json } from './message-body.ts';

interface StoredContent {
  readonly sid: string;
  readonly account_sid: string | undefined;
  readonly friendly_name: string | null;
  readonly types: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The content made so far, by stack. */
const contents = new WeakMap<SimulatorWorld, Map<string, StoredContent>>();

function contentsOf(world: SimulatorWorld): Map<string, StoredContent> {
  const known = contents.get(world) ?? new Map<string, StoredContent>();
  contents.set(world, known);
  return known;
}

/** Answers the Content API: makes content, shows it, and finds it by its name. */
export function answerContent(
  { method, path, query, body }: ApiRequest,
  { credentials }: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const known = contentsOf(world);
  if (method === 'POST' && path === '/v1/Content') {
    const given = parsedJson(body.toString('utf8'));
    const refusal = contentRefusal(given);
    if (refusal !== undefined) return errorAnswer(20001, refusal);
    const content = storedContent(objectOf(given), credentials['accountSid']);
    known.set(content.sid, content);
    return json(201, content);
  }
  if (method !== 'GET') return errorAnswer(20404);
  if (path === '/v2/Content') {
    const name = query.get('ContentName') ?? '';
    const found = [...known.values()].filter(({ friendly_name }) => friendly_name?.includes(name));
    return json(200, { contents: found, meta: { key: 'contents', page: 0, next_page_url: null } });
  }
  const content = known.get(path.replace('/v1/Content/', ''));
  return content ? json(200, content) : errorAnswer(20404);
}

function storedContent(
  given: Readonly<Record<string, unknown>>,
  accountSid: string | undefined,
): StoredContent {
  return {
    sid: `HX${randomHex(16)}`,
    account_sid: accountSid,
    friendly_name: typeof given['friendly_name'] === 'string' ? given['friendly_name'] : null,
    types: objectOf(given['types']),
    variables: objectOf(given['variables']),
  };
}

/** The error code for the content that a form names, or nothing. */
export function namedContentRefusal(
  form: URLSearchParams,
  world: SimulatorWorld,
): number | undefined {
  const sid = form.get('ContentSid');
  if (sid === null) return undefined;
  if (!contentsOf(world).has(sid)) return 21655;
  const variables = form.get('ContentVariables');
  if (variables === null) return undefined;
  const given = parsedJson(variables);
  const isFilled = (value: unknown) => typeof value === 'string' && value !== '';
  return isObject(given) && Object.values(given).every(isFilled) ? undefined : 21656;
}

/** The words of the message that a form names by its content, with its variables filled in. */
export function contentText(form: URLSearchParams, world: SimulatorWorld): string | undefined {
  const content = contentsOf(world).get(form.get('ContentSid') ?? '');
  if (!content) return undefined;
  const [type] = Object.values(content.types);
  const given = objectOf(parsedJson(form.get('ContentVariables') ?? '{}'));
  const values = { ...content.variables, ...given };
  return String(objectOf(type)['body'] ?? '').replace(/\{\{(\w+)\}\}/g, (_, name) =>
    String(values[name] ?? ''),
  );
}
