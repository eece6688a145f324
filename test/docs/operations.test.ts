import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ConnectorId, declarations } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { fillCommand } from '#shared/aws/secrets/secret-version';
import type { Declaration } from '#shared/connector/declaration';

const page = readFileSync('docs/operations.md', 'utf8');
const all = Object.entries(declarations) as [ConnectorId, Declaration][];
const withSecret = all.filter(([, { credentials }]) => credentials !== undefined);

/** The fields of a connector's secret as the command in the log names them. */
function fieldsOf(connector: ConnectorId): string[] {
  const command = fillCommand('s', senders[connector].readCredentials);
  const [, value = ''] = /--secret-string '(.*)'$/.exec(command) ?? [];
  return Object.keys(JSON.parse(value) as object);
}

describe('the page on operations', () => {
  it.each(withSecret)('names the fields that the secret of %s needs', (connector) => {
    const fields = fieldsOf(connector);
    expect(fields.length).toBeGreaterThan(0);
    const named = fields.map((field) => `\`${field}\``).join(', ');
    expect(page).toContain(`| \`${connector}\` | ${named} |`);
  });

  it('quotes the command as the log says it', () => {
    const secretId = 'switchboard/prod/whatsapp/shop';
    const command = fillCommand(secretId, senders.whatsapp.readCredentials);
    expect(page).toContain(`secret ${secretId} is empty; to fill it: ${command}`);
  });
});
