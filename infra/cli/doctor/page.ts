import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#infra/cli/stage/stack';

/** Connectors whose page is not called like them. */
const otherNames: Readonly<Record<string, string>> = { twilio: 'sms', 'whatsapp-aws': 'whatsapp' };

/** Names the page that tells how a connector is set up. */
export function pageOf(connector: string): string {
  const page = `docs/channels/${otherNames[connector] ?? connector}.md`;
  return existsSync(join(projectRoot, page)) ? page : 'docs/cli.md';
}
