/**
 * On every mail we send: the mailbox that sent it. A mail that comes back to the same mailbox with it went in a
 * circle (a forward at the customer's). It names the mailbox, so that two companies with this software can write
 * to each other.
 */
export const loopHeader = 'X-Switchboard-Loop';
