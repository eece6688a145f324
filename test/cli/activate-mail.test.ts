import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { runCommand } from '#infra/cli/commands/list';
import { freePort } from '#infra/local/emulators/free-port';

/** SES's Query API as far as receipt rule sets go (API reference of 2010-12-01). */
const ses = {
  active: '',
  sets: new Map<string, readonly string[]>(),
  calls: [] as string[],
  deny: '',
};

let server: Server;

function answer(form: URLSearchParams): { status: number; body: string } {
  const action = form.get('Action') ?? '';
  const name = form.get('RuleSetName') ?? '';
  ses.calls.push(name === '' ? action : `${action} ${name}`);
  const fault = (code: string) => ({
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`,
  });
  if (action === ses.deny) return fault('AccessDenied');
  const described = action === 'DescribeActiveReceiptRuleSet' ? ses.active : name;
  if (action === 'SetActiveReceiptRuleSet') ses.active = name;
  else if (described !== '' && !ses.sets.has(described)) return fault('RuleSetDoesNotExist');
  const rules = (ses.sets.get(described) ?? []).map(
    (rule) => `<member><Enabled>true</Enabled><Name>${rule}</Name></member>`,
  );
  const told = `<Metadata><Name>${described}</Name></Metadata><Rules>${rules.join('')}</Rules>`;
  return { status: 200, body: `<Result>${described === '' ? '' : told}</Result>` };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const isSigned = /^AWS4-HMAC-SHA256 Credential=test\/\d+\/eu-west-1\/ses\/aws4_request/.test(
        request.headers.authorization ?? '',
      );
      const { status, body } = isSigned
        ? answer(new URLSearchParams(text))
        : { status: 403, body: '' };
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_SES', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

beforeEach(() => {
  ses.active = '';
  ses.deny = '';
  ses.calls = [];
  ses.sets = new Map([
    ['shop', ['switchboard-prod']],
    ['theirs', ['forward-to-exchange']],
    ['empty', []],
  ]);
});

async function activate(...args: string[]): Promise<string> {
  const told: string[] = [];
  await runCommand(['activate-mail', ...args], {
    terminal: {
      data: (line: string) => told.push(line),
      note: (line: string) => told.push(line),
      paint: (_: string, text: string) => text,
    } as never,
    localDir: '.local',
    signal: new AbortController().signal,
  }).catch((fault: Error & { next: string }) => told.push(fault.message, fault.next));
  return told.join('\n');
}

const region = ['--region', 'eu-west-1'];
const changes = () => ses.calls.filter((call) => call.startsWith('Set'));

it('activates a set where none is active', async () => {
  expect(await activate('shop', ...region)).toBe('shop is active');
  expect(ses.active).toBe('shop');
});

it('changes nothing where the set is active already', async () => {
  ses.active = 'shop';
  expect(await activate('shop', ...region, '--json')).toBe(
    '{"ruleSet":"shop","region":"eu-west-1","outcome":"active"}',
  );
  expect(changes()).toEqual([]);
});

it('leaves another set active, and says how the rule comes into that one', async () => {
  ses.active = 'theirs';
  expect(await activate('shop', ...region)).toMatch(
    /theirs is active; to activate shop would stop[\s\S]*ruleSetName: 'theirs', createRuleSet: false/,
  );
  expect([ses.active, changes()]).toEqual(['theirs', []]);
});

it.each([
  ['none', /there is no rule set none/],
  ['empty', /has no rule of a stage; its rules: none/],
  ['theirs', /has no rule of a stage; its rules: forward-to-exchange/],
])('does not activate %s', async (name, reason) => {
  expect(await activate(name, ...region)).toMatch(reason);
  expect([ses.active, changes()]).toEqual(['', []]);
});

it('says what is missing: a region, a right, the connection', async () => {
  expect(await activate('shop')).toMatch(/--region missing/);
  ses.deny = 'SetActiveReceiptRuleSet';
  expect(await activate('shop', ...region)).toMatch(
    /SES refused SetActiveReceiptRuleSet: AccessDenied\nses:SetActiveReceiptRuleSet must be allowed/,
  );
  expect(await activate('shop', '--region', 'us-east-1')).toMatch(/SES refused .*: 403/);
  expect(await activate('shop', '--region', 'nowhere')).toMatch(
    /--region is "nowhere": allowed is a region of AWS, as eu-west-1/,
  );
  vi.stubEnv('AWS_ENDPOINT_URL_SES', 'http://email.eu-nowhere-1.invalid');
  expect(await activate('shop', '--region', 'eu-nowhere-1')).toMatch(
    /SES was not reached: there is no host email\.eu-nowhere-1\.invalid\nis --region a region of AWS/,
  );
  const closed = await freePort();
  vi.stubEnv('AWS_ENDPOINT_URL_SES', `http://127.0.0.1:${closed}`);
  expect(await activate('shop', ...region)).toBe(
    `SES was not reached at 127.0.0.1:${closed}: ECONNREFUSED\ndoes this machine reach the internet? A proxy or AWS_ENDPOINT_URL_SES may send it elsewhere`,
  );
});
