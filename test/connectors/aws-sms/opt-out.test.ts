import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/aws-sms/parser';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { account, message, settings } from './notification.ts';

async function written(messageBody: string): Promise<ChannelMessage> {
  const [event] = await parse({ payload: { message: { ...message, messageBody } }, account });
  return event as ChannelMessage;
}

/** "Required opt-out keywords" of the user guide. */
const required = [
  ...['ARRET', 'CANCEL', 'END', 'OPT-OUT', 'OPTOUT', 'QUIT', 'REMOVE', 'STOP', 'TD'],
  'UNSUBSCRIBE',
];

describe('a message that is nothing but a word', () => {
  it.each([
    ...required,
    'stop',
    'Stop!',
    ' stop. ',
    'opt out',
    'Arrêt',
    '«STOP»',
    'S.T.O.P.',
    'please stop',
    'STOP\nplease',
    'stop '.repeat(8),
  ])('%s revokes consent for every message of this number', async (word) => {
    const { consent, metadata, text } = await written(word);
    expect(text).toBe(word);
    expect(metadata).toEqual({ optOut: 'STOP', optOutSource: 'keyword' });
    expect(consent).toEqual({
      category: 'all_messages',
      state: 'revoked',
      evidence: word.trim(),
      source: 'keyword',
      sender: settings.address,
    });
  });

  it.each(['START', 'unstop', 'Start!'])('%s gives it back', async (word) => {
    const { consent, metadata } = await written(word);
    expect(metadata).toEqual({ optOut: 'START', optOutSource: 'keyword' });
    expect(consent).toMatchObject({ state: 'granted', evidence: word, sender: settings.address });
  });

  it('HELP asks for help', async () => {
    const { consent, metadata } = await written('help');
    expect(metadata).toEqual({ optOut: 'HELP', optOutSource: 'keyword' });
    expect(consent).toBeUndefined();
  });
});

describe('a sentence that seems to ask for silence', () => {
  it('is marked for a person, and changes no consent', async () => {
    const { consent, metadata } = await written('stop texting me');
    expect(metadata).toEqual({ optOut: 'REVIEW', optOutSource: 'sentence' });
    expect(consent).toBeUndefined();
  });
});

describe('a message of which AWS reads the first word as a keyword', () => {
  const told = async (messageKeyword: unknown, messageBody: string) => {
    const payload = { message: { ...message, messageKeyword, messageBody } };
    const [event] = await parse({ payload, account });
    return event as ChannelMessage;
  };

  it.each([
    ['STOP', 'STOP please I mean it Joe'],
    ['stop', 'Stop. My brother has this number now, and he is fine'],
    ['REMOVE', 'remove item 4'],
    ['TD', 'td and nothing more from you'],
  ])('is marked for a person: %s, %j', async (messageKeyword, text) => {
    const { consent, metadata } = await told(messageKeyword, text);
    expect(metadata).toEqual({ optOut: 'REVIEW', optOutSource: 'messageKeyword' });
    expect(consent).toBeUndefined();
  });

  it('says what its words say where they are plain', async () => {
    expect((await told('STOP', 'stop')).metadata).toEqual({
      ...{ optOut: 'STOP', optOutSource: 'keyword' },
    });
    expect((await told('STOP', 'stop texting me')).metadata).toEqual({
      ...{ optOut: 'REVIEW', optOutSource: 'sentence' },
    });
    expect((await told('HELP', 'help')).metadata).toMatchObject({ optOut: 'HELP' });
  });

  it.each([message.messageKeyword, 'HELP', 'START', 'JOIN', '', 7, undefined, null])(
    'is an ordinary one where the word stops nothing: %j',
    async (messageKeyword) => {
      expect((await told(messageKeyword, 'start with item 4')).metadata).toEqual({});
    },
  );
});

describe('a message with more than a word', () => {
  it.each([
    ...['The end', 'Can I cancel my order?', 'start over'],
    ...['How do I quit?', 'tdi', 'bus stop', 'remove item 4', 'yes', '', '…'],
    'stop '.repeat(40),
  ])('is an ordinary one: %j', async (text) => {
    const { consent, metadata } = await written(text);
    expect(consent).toBeUndefined();
    expect(metadata).toEqual({});
  });
});
