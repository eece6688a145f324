import { ConnectorError } from './errors.ts';

type Level = 'INFO' | 'WARN' | 'ERROR';

/**
 * Writes one structured line in the form of Powertools, for the receiving Lambdas, whose size budget is too small for
 * the logger itself (docs/decisions/0004-lean-bundles.md). The same rule holds: ids, codes and counts, never a body or
 * a secret.
 */
export function logLine(
  level: Level,
  message: string,
  details: Readonly<Record<string, string | number>> = {},
): void {
  const timestamp = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level, message, timestamp, ...details })}\n`);
}

/**
 * Tells of a fault by its name and code. The messages of foreign errors are left out, because JSON parsers and HTTP
 * clients quote what they were given.
 */
export function logFault(fault: unknown): void {
  if (fault instanceof ConnectorError) {
    logLine('WARN', fault.message, { code: fault.code });
    return;
  }
  const name = fault instanceof Error ? fault.name : 'unknown';
  const stack =
    fault instanceof Error ? (fault.stack ?? '').split('\n').slice(1, 6).join('\n') : '';
  logLine('ERROR', 'unexpected fault', { name, stack });
}
