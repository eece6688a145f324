import { argv, cpuUsage, resourceUsage, stdout } from 'node:process';
import PostalMime from 'postal-mime';
import { readMessage } from '#test/connectors/email/inbox';
import { shapeOf } from './shapes.ts';

/**
 * Parses one mail of a shape and tells what it cost; the child process of `measure.ts` and of the test of bounds. With
 * `bare` as third argument the MIME parser gets the whole mail, to show that the test would notice.
 */
const [, , shape = '', bytes = '0', parser] = argv;
const mail = shapeOf(shape, Number(bytes));
await readMessage('From: a@x.example\r\n\r\nwarm');
const before = cpuUsage();
if (parser === 'bare') await PostalMime.parse(mail);
const { content, metadata } = await readMessage(mail);
const { user, system } = cpuUsage(before);
const cost = {
  cpuSeconds: (user + system) / 1e6,
  residentMegabytes: resourceUsage().maxRSS / 1024,
};
stdout.write(JSON.stringify({ ...cost, content: content.type, metadata }));
