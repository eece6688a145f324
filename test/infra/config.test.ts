import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { stage as example } from '#infra/cdk/config/example';
import { defineStage, type StageInput } from '#infra/cdk/config/stage';
import { stageNamed } from '#infra/cdk/config/stages';

const twilio = { connector: 'twilio', account: 'main', address: '+15005550006' } as const;

/** What a deployer might write who does not read the compiler's complaints. */
function mistakes(value: object): string {
  try {
    defineStage({ stage: 'test', accounts: [twilio], ...value } as StageInput);
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
  throw new Error('the stage was accepted');
}

describe('a stage', () => {
  it('is found by its name', async () => {
    expect((await stageNamed('local')).stage).toBe('local');
    expect(await stageNamed('example')).toBe(example);
    await expect(stageNamed('prod')).rejects.toThrow(/^stage is "prod": give the name of a file/);
    await expect(stageNamed('../stack')).rejects.toThrow(/^stage is "..\/stack"/);
    await expect(stageNamed('mail')).rejects.toThrow(
      /a file in infra\/cdk\/config that exports a stage, one of example, local, local-aws$/,
    );
  });

  it('that is not there ends the synthesis with a sentence, without a stack trace', () => {
    const env = { ...process.env, CDK_CONTEXT_JSON: '{"stage":"prod"}' };
    const { status, stderr } = spawnSync(process.execPath, ['infra/cdk/app.ts'], { env });
    expect(status).toBe(1);
    expect(String(stderr)).toMatch(/^stage is "prod": give the name of .*local-aws\n$/);
  });

  it('has defaults that keep what customers wrote', () => {
    const stage = defineStage({ stage: 'prod', accounts: [twilio] });
    expect(stage).toMatchObject({ removal: 'retain', consumers: [], logRetentionDays: 30 });
    expect(stage.retention).toEqual({ rawDays: 90, quarantineDays: 180 });
  });

  it('keeps no message for a shorter time than providers repeat it', () => {
    expect(mistakes({ retention: { messagesDays: 13 } })).toContain(
      'retention.messagesDays: given 13',
    );
    expect(mistakes({ retention: { replyIdsDays: 1 } })).toContain(
      'retention.replyIdsDays: given 1',
    );
    expect(mistakes({ retention: { messages: 30 } })).toContain('messages');
  });

  it('may have a pace for each account, which is no setting of its connector', () => {
    const pacing = { perSecond: 1, burst: 15 };
    const publicPacing = { perSecond: 2, burst: 3 };
    const { accounts } = defineStage({
      stage: 'test',
      accounts: [
        { ...twilio, pacing, publicPacing },
        { ...twilio, account: 'usual', address: '+15005550007' },
      ],
    });
    expect(accounts.map((each) => each.pacing)).toEqual([pacing, undefined]);
    expect(accounts.map((each) => each.publicPacing)).toEqual([publicPacing, undefined]);
    expect(accounts.map(({ settings }) => settings)).toEqual([
      { address: '+15005550006' },
      { address: '+15005550007' },
    ]);
  });

  it('sends mail through its configuration set, unless the account names another', () => {
    const email = { connector: 'email', account: 'a', address: 'help@example.com' } as const;
    const own = { ...email, account: 'b', address: 'b@example.com', configurationSet: 'ours' };
    const { accounts } = defineStage({
      stage: 'test',
      accounts: [email, own] as StageInput['accounts'],
      mail: { ruleSetName: 'rules' },
    });
    expect(accounts.map(({ settings }) => settings['configurationSet'])).toEqual([
      'switchboard-test',
      'ours',
    ]);
  });
});

describe('a misconfigured stage', () => {
  it('names the field, what was given and what is allowed', () => {
    expect(
      mistakes({ accounts: [twilio, { ...twilio, account: 'two', address: 'no number!' }] }),
    ).toMatch(
      /^stage "test" is misconfigured:\n {2}accounts\[1\] \(twilio\/two\): address: given "no number!"[,;] /,
    );
    expect(mistakes({ removal: 'maybe' })).toContain(
      'removal: given "maybe", expected one of "retain"|"destroy"',
    );
    expect(mistakes({ accounts: [] })).toContain(
      'accounts: given [], expected array to have >=1 items',
    );
    expect(mistakes({ throttling: { requestsPerSecond: 1 } })).toContain(
      'throttling.burst: given nothing, expected number',
    );
    expect(mistakes({ accounts: [{ ...twilio, account: 'My Shop' }] })).toContain(
      'accounts[0].account: given "My Shop", expected text that must match pattern',
    );
  });

  it('has paces that can be kept', () => {
    const paced = (pacing: unknown) => mistakes({ accounts: [{ ...twilio, pacing }] });
    expect(paced({ perSecond: 0, burst: 1 })).toContain(
      'accounts[0].pacing.perSecond: given 0, expected number to be >0',
    );
    expect(paced({ perSecond: 1001, burst: 1 })).toContain('perSecond: given 1001, expected');
    expect(paced({ perSecond: 1, burst: 1.5 })).toContain('pacing.burst: given 1.5, expected');
    expect(paced({ perSecond: 1 })).toContain('pacing.burst: given nothing, expected number');
    expect(paced({ perSecond: 1, burst: 1, per: 'minute' })).toContain(
      'accounts[0].pacing.per: unknown; allowed: perSecond, burst',
    );
    expect(paced('fast')).toContain('accounts[0].pacing: given "fast", expected object');
  });

  it('has patterns of personal data whose time is bounded', () => {
    const found = (personalData: unknown) => mistakes({ accounts: [{ ...twilio, personalData }] });
    const withPattern = (pattern: string) => found({ patterns: [{ name: 'order', pattern }] });
    expect(withPattern('(a+)+$')).toContain(
      'accounts[0].personalData.patterns[0].pattern: given "(a+)+$"; a repeat without an end at character 3; allowed: letters',
    );
    expect(withPattern('(')).toContain('given "(", expected a valid regular expression');
    expect(found({ patterns: [{ pattern: 'A' }] })).toContain('patterns[0].name: given nothing');
    expect(found({ allowd: [] })).toContain('personalData.allowd: unknown; did you mean allowed?');
    expect(found({ allowed: ['a'] })).toContain('personalData.allowed[0]: given "a"');
  });

  it('knows no unknown keys, neither its own nor an account’s', () => {
    expect(mistakes({ stages: 1 })).toContain('\n  stages: unknown; did you mean stage?');
    const secret = { ...twilio, authToken: 'do-not-print' };
    expect(mistakes({ accounts: [secret] })).toContain(
      'accounts[0] (twilio/main): authToken: unknown; allowed: address, ',
    );
    expect(mistakes({ accounts: [secret] })).not.toContain('do-not-print');
  });

  it('asks about each misspelt key, as the answer to a command does', () => {
    const help = { connector: 'email', account: 'help', address: 'help@shop.example' };
    const identities = [{ domain: 'shop.example', hostedZone: 'Z0123' }];
    const mail = { ruleSetName: 'rules', wholeDomain: true, createRuleset: false, identities };
    expect(
      mistakes({ accounts: [help], mail })
        .split('\n')
        .slice(1)
        .toSorted(),
    ).toEqual([
      '  mail.createRuleset: unknown; did you mean createRuleSet?',
      '  mail.identities[0].hostedZone: unknown; did you mean hostedZoneId?',
      '  mail.wholeDomain: unknown; did you mean wholeDomains?',
    ]);
    expect(mistakes({ accounts: [{ ...help, spamm: 'hold', formName: 'Help' }] })).toBe(
      'stage "test" is misconfigured:\n  accounts[0] (email/help): spamm: unknown; did you mean spam?\n  accounts[0] (email/help): formName: unknown; did you mean fromName?',
    );
  });

  it('knows its connectors and wants each account once', () => {
    expect(mistakes({ accounts: [{ ...twilio, connector: 'pigeon' }] })).toContain(
      'accounts[0] (pigeon/main): connector: given "pigeon", expected one of aws-sms, email, telegram, twilio, twitter, whatsapp, whatsapp-aws',
    );
    expect(mistakes({ accounts: [twilio, twilio] })).toContain(
      'accounts[1] (twilio/main): given twice',
    );
    expect(mistakes({ accounts: [{ ...twilio, connector: 'toString' }] })).toContain(
      'given "toString"',
    );
  });

  it('has one account of a connector for an address, for messages would all go to the first', () => {
    const second = { ...twilio, account: 'two' };
    expect(mistakes({ accounts: [twilio, second] })).toBe(
      'stage "test" is misconfigured:\n  accounts[1] (twilio/two): address: given "+15005550006", which is that of twilio/main, expected one of its own',
    );
    const sms = { ...second, connector: 'aws-sms', originationIdentity: 'phone-1' };
    expect(() =>
      defineStage({ stage: 'test', accounts: [twilio, sms] as StageInput['accounts'] }),
    ).not.toThrow();
    const mail = { connector: 'email', account: 'a', address: 'help@example.com' };
    const again = { ...mail, account: 'b', address: 'Help@example.com' };
    expect(mistakes({ accounts: [mail, again] })).toContain('which is that of email/a');
  });

  it('takes no mail without an account that receives it', () => {
    expect(mistakes({ mail: { ruleSetName: 'rules' } })).toContain(
      'mail: given, expected only with',
    );
  });

  it('says nothing of a missing account for mail where that account has another mistake', () => {
    const help = { connector: 'email', account: 'help', address: 'help@shop.example' };
    const given = { accounts: [{ ...help, spam: 'hide' }], mail: { ruleSetName: 'rules' } };
    expect(mistakes(given)).toMatch(
      /^stage "test" is misconfigured:\n {2}accounts\[0\] \(email\/help\): spam: given "hide", [^\n]+$/,
    );
  });
});
