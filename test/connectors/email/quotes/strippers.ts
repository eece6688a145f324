import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { htmlToText } from '#connectors/email/inbound/html-text';
import { stripQuotes } from '#connectors/email/inbound/quotes/strip-quotes';
import type { Strip } from './measure.ts';

export const ours: Strip = (mail, kind) =>
  stripQuotes(kind === 'html' ? htmlToText(mail) : mail).visible;

export interface Library {
  readonly name: string;
  readonly version: string;
  readonly strip: Strip;
}

type CrispParser = new () => { parseReply(text: string): string };
type Planer = { extractFrom(text: string, type: string, document?: unknown): string };
type NodeParser = (text: string) => { getVisibleText(): string };
type Dom = { JSDOM: new () => { window: { document: unknown } } };

/**
 * The libraries of npm, from a folder outside the project where they are installed. Those that read text alone get our
 * text of an HTML mail; planer gets the HTML and a document of jsdom.
 */
export function librariesIn(folder: string): Library[] {
  const require = createRequire(join(folder, 'package.json'));
  const load = <Module>(name: string) => require(name) as Module;
  const versionOf = (name: string) => {
    const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  };
  const crisp = load<CrispParser | { default: CrispParser }>('email-reply-parser');
  const Crisp = 'default' in crisp ? crisp.default : crisp;
  const planer = load<Planer>('planer');
  const { document } = new (load<Dom>('jsdom').JSDOM)().window;
  const nodeParser = load<NodeParser>('node-email-reply-parser');
  const strips: Record<string, Strip> = {
    'email-reply-parser': (mail, kind) => new Crisp().parseReply(textOf(mail, kind)),
    planer: (mail, kind) =>
      kind === 'html'
        ? htmlToText(planer.extractFrom(mail, 'text/html', document))
        : planer.extractFrom(mail, 'text/plain'),
    'node-email-reply-parser': (mail, kind) => nodeParser(textOf(mail, kind)).getVisibleText(),
  };
  return Object.entries(strips).map(([name, strip]) => ({ name, version: versionOf(name), strip }));
}

function textOf(mail: string, kind: 'text' | 'html'): string {
  return kind === 'html' ? htmlToText(mail).replace(/[\u2060\u2063]/g, '') : mail;
}
