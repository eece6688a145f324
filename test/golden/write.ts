import { writeFileSync } from 'node:fs';
import { startEmulators } from '#test/support/aws/emulators';
import { fileOf, formats, toText } from './files.ts';
import { queueEverything } from './queues.ts';
import { playEverything } from './scenario.ts';
import { eventsOf, itemsIn } from './stored.ts';

/**
 * Writes the golden set of the newest format: `npm run golden`. Only for a format that no release has written yet; the
 * files of a released one stay as they are.
 */
const format = Math.max(...formats);
const emulators = await startEmulators();
try {
  const [normalized, outbound] = [
    await emulators.queue('normalized.fifo'),
    await emulators.queue('outbound.fifo'),
  ];
  const { table } = emulators;
  await playEverything({ table, normalized, outbound, now: () => new Date() });
  const written = {
    items: await itemsIn(table),
    events: await eventsOf(table),
    messages: await queueEverything(emulators, 'golden'),
  };
  for (const [name, values] of Object.entries(written)) {
    writeFileSync(fileOf(format, name), `${values.map(toText).join('\n')}\n`);
    console.log(`format ${format}: ${values.length} ${name}`);
  }
} finally {
  await emulators.stop();
}
