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
