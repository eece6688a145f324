import { argv, cpuUsage, resourceUsage, stdout } from 'node:process';
import { readMessage } from '../inbox.ts';
import { shapeOf } from './shapes.ts';

/** Parses one mail of a shape and tells what it cost; the child process of the load test. */
const [, , shape = '', bytes = '0'] = argv;
const mail = shapeOf(shape, Number(bytes));
await readMessage('From: a@x.example\r\n\r\nwarm');
const before = cpuUsage();
const { content, text, attachments, metadata } = await readMessage(mail);
const { user, system } = cpuUsage(before);
const told = {
  cpuMs: Math.round((user + system) / 1000),
  rssMb: Math.round(resourceUsage().maxRSS / 1024),
  bytes: mail.length,
  content: content.type,
  letters: text.length,
  files: attachments.length,
  metadata,
};
stdout.write(JSON.stringify(told));
