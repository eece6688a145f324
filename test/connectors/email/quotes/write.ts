import { readFileSync, writeFileSync } from 'node:fs';
import { collectedReplies } from './cases.ts';
import { librariesIn, ours } from './strippers.ts';
import {
  type Figures,
  figuresOf,
  figuresPath,
  keptFigures,
  pagePath,
  withTables,
} from './table.ts';

/**
 * Writes figures.json and the tables of docs/channels/email-quotes.md: `npm run quotes`. With a folder in which the
 * libraries are installed they are measured again, else their figures stay: `npm run quotes -- <folder>`.
 */
const [folder] = process.argv.slice(2);
if (collectedReplies().length === 0) {
  throw new Error('the collected replies are not here (test/connectors/email/inbox.ts: corpus)');
}
const own = figuresOf('ours', '', ours);
const others: Figures[] = folder
  ? librariesIn(folder).map(({ name, version, strip }) => figuresOf(name, version, strip))
  : keptFigures().filter(({ name }) => name !== own.name);
const figures = [own, ...others];
writeFileSync(figuresPath, `${JSON.stringify(figures, undefined, 2)}\n`);
writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8'), figures));
