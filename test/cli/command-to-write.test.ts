import { describe, expect, it } from 'vitest';
import { stage } from '#infra/cdk/config/local';
import { answeredIn } from '#infra/cli/answered';
import { nextStep } from '#infra/cli/output/next-step';
import type { Stack } from '#infra/cli/stage/stack';
import { firstChannel, localConnectors } from '#test/support/connectors/lists';
import { storedMeta } from './stored-conversation.ts';

const stack = { accounts: stage.accounts, providers: {} } as unknown as Stack;

describe('the next step after a refusal', () => {
  it.each(localConnectors)('names the address of the customer on %s', (connector) => {
    const channel = firstChannel(connector);
    const address = `ada-on-${channel}`;
    const identity = { channel, kind: 'phone', scope: '', address } as const;
    const conversation = storedMeta({ channel, connector, customerIdentities: [identity] });
    const command = `./switchboard send ${channel} --from ${address} --text`;
    const next = (code: string) => nextStep(code, answeredIn(stack, conversation));
    expect(next('recipient_opted_out')).toBe(`the customer has to opt in again: ${command} START`);
    expect(next('reply_window_closed')).toBe(`the customer has to write first: ${command} hi`);
    expect(next('content_not_supported')).toMatch(/^see docs\/channels\/\w+\.md for /);
  });

  it('names the handle where customers write by one', () => {
    const twitter = { channel: 'twitter', connector: 'twitter', customerUsername: 'ada' } as const;
    expect(nextStep('recipient_opted_out', answeredIn(stack, storedMeta(twitter)))).toContain(
      'send twitter --from @ada --text START',
    );
  });

  it('names the group, and an account that is not the first', () => {
    const group = { channel: 'whatsapp', kind: 'group', scope: '', address: 'GRP1' } as const;
    const conversation = storedMeta({ customerIdentities: [group], account: 'second' });
    expect(answeredIn(stack, conversation).commandToWrite('hi')).toBe(
      './switchboard send whatsapp --group GRP1 --account second --text hi',
    );
  });

  it('quotes an address, which its owner chooses, for the shell', () => {
    const address = "a'b;$(id)\n@x.example";
    const mailbox = { channel: 'email', kind: 'mailbox', scope: '', address } as const;
    const conversation = storedMeta({
      ...{ channel: 'email', connector: 'email', customerIdentities: [mailbox] },
    });
    expect(answeredIn(stack, conversation).commandToWrite('hi')).toBe(
      "./switchboard send email --from 'a'\\''b;$(id) @x.example' --text hi",
    );
  });

  it('names no command where send comes in by another connector', () => {
    const conversation = storedMeta({ connector: 'whatsapp-aws' });
    expect(nextStep('recipient_opted_out', answeredIn(stack, conversation))).toBe(
      'the customer has to opt in again',
    );
  });
});
