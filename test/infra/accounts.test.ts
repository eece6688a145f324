import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { declarations, isConnectorId } from '#connectors/declarations';
import { unsubscribeLinks } from '#connectors/unsubscribe-links';
import { stage as local } from '#infra/cdk/config/local';
import { defineStage } from '#infra/cdk/config/stage';
import { AccountsVariable } from '#shared/accounts';
import { callingConnectors } from '#test/support/connectors/lists';
import { appWithStage, resourcesOf } from './synthesis.ts';

const endpoint = 'https://abcdefghij.execute-api.eu-central-1.amazonaws.com';

describe('the accounts of a stage', () => {
  const core = Template.fromStack(appWithStage(local).core);

  it('reach each function as its own schema reads them', () => {
    const variables = resourcesOf(core, 'AWS::Lambda::Function').flatMap(
      ([, { Properties }]) => Properties['Environment'].Variables['ACCOUNTS'] ?? [],
    );
    expect(variables).toHaveLength(15);
    for (const variable of variables) {
      for (const account of z.parse(AccountsVariable, resolved(core, variable))) {
        expect(account.publicUrl).toBe(`${endpoint}/webhooks/${account.connector}/main`);
        expect(account.secretId).toBe(`switchboard/local/${account.connector}/main`);
        if (!isConnectorId(account.connector)) throw new Error(`no connector ${account.connector}`);
        const declaration = declarations[account.connector];
        expect(account.apiUrl).toBe(declaration.apiUrl);
        expect(z.core.safeParse(declaration.account, account.settings).success).toBe(true);
      }
    }
  });

  it('carry the pace and the patterns that the stage names, and no others, to the function that sends', () => {
    const pacing = { perSecond: 2.5, burst: 4 };
    const publicPacing = { perSecond: 3, burst: 5 };
    const account = { connector: 'twilio' as const, address: '+15005550006' };
    const patterns = [{ name: 'order number', pattern: 'AC-\\d{6}' }];
    const { core: stack } = appWithStage(
      defineStage({
        stage: 'test',
        accounts: [
          { ...account, account: 'paced', pacing, publicPacing, personalData: { patterns } },
          { ...account, account: 'usual', address: '+15005550007' },
        ],
      }),
    );
    const template = Template.fromStack(stack);
    const [send] = resourcesOf(template, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) =>
        Properties['Environment'].Variables['POWERTOOLS_SERVICE_NAME'] === 'send',
    );
    const variable = resolved(template, send?.[1].Properties['Environment'].Variables['ACCOUNTS']);
    const accounts = z.parse(AccountsVariable, variable);
    expect(accounts.map((each) => each.pacing)).toEqual([pacing, undefined]);
    expect(accounts.map((each) => each.publicPacing)).toEqual([publicPacing, undefined]);
    expect(accounts.map((each) => each.personalData)).toEqual([
      { patterns, allowed: [] },
      undefined,
    ]);
    expect(() => z.parse(AccountsVariable, variable.replace('"burst":4', '"burst":0'))).toThrow();
  });

  it('have a secret each that nobody has generated: it waits for its value', () => {
    const secrets = resourcesOf(core, 'AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(local.accounts.length);
    for (const [id, { Properties }] of secrets) {
      expect(Object.keys(Properties), id).toEqual(['Description', 'Name', 'Tags']);
    }
  });

  it('have literal routes, four for each webhook connector', () => {
    const routes = resourcesOf(core, 'AWS::ApiGatewayV2::Route').map(
      ([, { Properties }]) => `${Properties['RouteKey']} ${Properties['AuthorizationType']}`,
    );
    const doors = callingConnectors.flatMap((connector) =>
      ['GET', 'POST'].flatMap((method) => [
        `${method} /webhooks/${connector}/{account} NONE`,
        `${method} /webhooks/${connector}/{account}/{proxy+} NONE`,
      ]),
    );
    const links = Object.keys(unsubscribeLinks).flatMap((connector) =>
      ['GET', 'POST'].map((method) => `${method} /unsubscribe/${connector}/{account}/{token} NONE`),
    );
    expect(links).toHaveLength(2);
    const helpdesk = ['replies', 'signals'].map(
      (what) => `POST /v1/conversations/{id}/${what} AWS_IAM`,
    );
    expect(routes.toSorted()).toEqual([...doors, ...links, ...helpdesk].toSorted());
  });

  it('are called at the configured domain where there is one', () => {
    const stage = defineStage({
      stage: 'test',
      publicBaseUrl: 'https://hooks.example.com',
      accounts: [{ connector: 'twilio', account: 'shop', address: '+15005550006' }],
    });
    const { core: stack, mail } = appWithStage(stage);
    expect(mail).toBeUndefined();
    Template.fromStack(stack).hasOutput('TwilioShopWebhookUrl', {
      Value: 'https://hooks.example.com/webhooks/twilio/shop',
    });
  });

  it('stop synthesis when they do not fit into a function’s environment', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({
      connector: 'twilio' as const,
      account: `shop-number-${index}`,
      address: `+150055500${String(index).padStart(2, '0')}`,
    }));
    const fits = appWithStage(defineStage({ stage: 'test', accounts: many.slice(0, 11) })).app;
    expect(() => fits.synth()).not.toThrow();
    const { app } = appWithStage(defineStage({ stage: 'test', accounts: many }));
    expect(() => app.synth()).toThrow(/allowed are 4096; the largest variable is ACCOUNTS/);
  });
});

/** What CloudFormation would make of a value: the API's endpoint, a parameter's default. */
function resolved(template: Template, value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, Ref: parameter } = value as {
    'Fn::Join'?: [string, unknown[]];
    Ref?: string;
  };
  if (join) return join[1].map((part) => resolved(template, part)).join(join[0]);
  return parameter ? template.toJSON()['Parameters'][parameter].Default : endpoint;
}
