/** The people of a message: its author, the trust in the address, those who take part, and their addresses. */
export const people = {
  Author: {
    role: 'customer, agent, bot, or system for what happened to a group.',
    identity: 'The address of the author, where there is one.',
    otherIdentities: 'Of a member of a group: the further addresses that the provider named.',
    displayName: 'The name as the channel tells it. Not verified.',
    username: 'The user name on the channel.',
  },
  Authenticity: {
    spf: 'The result of SPF.',
    dkim: 'The result of DKIM.',
    dmarc: 'The result of DMARC.',
    spam: 'The result of the spam check.',
    virus: 'The result of the virus check.',
    level: 'verified: the From address is proved. Show personal data on no other level.',
    reasons: 'Why the level is not verified.',
    warnings: 'What may deceive a reader of the sender, whatever the checks say. More may come.',
    joinRefused: 'Why the message opened a conversation of its own although it names another one.',
  },
  Participant: {
    identity: 'The address.',
    displayName: 'The name beside it.',
    copied: 'false: may write here and gets no copies.',
  },
  Identity: {
    channel: 'The channel.',
    kind: 'What kind of address it is. group: a group, never a person.',
    scope: 'Within what the address is unique; empty where it is unique everywhere.',
    address: 'The address as the provider spells it. Do not take it apart.',
  },
};
