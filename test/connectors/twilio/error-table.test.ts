import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorKind } from '#connectors/twilio/errors';
import { faults } from '#infra/local/simulators/twilio/errors';

/** Twilio's own dictionary of errors, where it has been fetched (it is not ours to keep here). */
const dictionary = fileURLToPath(
  new URL('../../../../shared/corpus/sms/twilio-error-codes.messaging.json', import.meta.url),
);
const present = existsSync(dictionary);
if (!present) console.log("Twilio's dictionary of errors is not here: 0 codes checked against it");

/** Codes of numbers, calls, services, domains, campaigns and scheduling: no message that we send meets them. */
const ofOthers = [
  ...[/^112(?!00)/, /^2000[14]$/, /^212(?!(1[12479]|6[56])$)/, /^21[345](?!08)/, /^21(201|202)$/],
  ...[/^216(01|05|13|15|2[6-9]|3\d|4\d|5[0-3])$/, /^217(1[03-9]|2\d|30)$/, /^219(00|01|02)$/],
  ...[/^30(009|025|026|028|029|030|031|1\d\d|40[0-9]|43\d|44\d|8\d\d)$/],
  ...[/^630(25|39|4[3-7])$/],
];

describe.runIf(present)("Twilio's dictionary of errors", () => {
  it('has no code that a message of ours can meet and that has no class here', () => {
    const { codes } = Object.entries(JSON.parse(readFileSync(dictionary, 'utf8')) as object)
      .filter(([, value]) => Array.isArray(value))
      .map(([, value]) => ({
        codes: (value as { code: number }[]).map(({ code }) => `${code}`),
      }))[0] ?? { codes: [] };
    expect(codes.length).toBeGreaterThan(300);
    const unclassed = codes.filter((code) => errorKind(code) === undefined);
    expect(unclassed.filter((code) => !ofOthers.some((pattern) => pattern.test(code)))).toEqual([]);
  });
});

describe('the simulated Twilio', () => {
  it('can answer with every code that has a class', () => {
    const classed = Array.from({ length: 90_000 }, (_, index) => `${index + 10_000}`).filter(
      (code) => errorKind(code) !== undefined,
    );
    expect(classed.length).toBeGreaterThan(100);
    expect(faults.kinds).toEqual(expect.arrayContaining(classed));
  });
});
