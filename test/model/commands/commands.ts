import type { Commands } from './command.ts';
import { change, echo, forge, poison, repeat, text } from './message-commands.ts';
import { reply, script, tell } from './reply-commands.ts';
import { advance, flow, invoke, rotate, together } from './work-commands.ts';

/** Mostly of what customers write. */
export const messageCommands: Commands = [
  ...[text, text, text, repeat, change, change, echo, poison, forge],
  ...[flow, invoke, invoke, invoke, together, together, reply, advance, rotate],
];

/** Mostly of what becomes of what agents write. */
export const statusCommands: Commands = [
  ...[reply, flow, flow, invoke, together, script, advance],
  ...[tell, tell, tell, tell, tell, tell],
];

/** Mostly of what agents write. */
export const replyCommands: Commands = [
  ...[text, reply, reply, reply, flow, flow, flow, invoke, invoke, invoke, together, together],
  ...[script, script, tell, tell, advance, rotate],
];
