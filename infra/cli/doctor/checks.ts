import { safeParse } from 'zod/v4/core';
import { declarations } from '#connectors/declarations';
import { doctors } from '#connectors/doctors';
import { reasonsOf, wordsFor } from '#shared/command/reasons';
import type { Declaration } from '#shared/connector/declaration';
import type { Advice, Diagnosis, RecordedRequest } from '#shared/connector/doctor';
import { pageOf } from './page.ts';
import { secretProblems } from './secret.ts';
import type { Subject } from './subject.ts';
import { urlProblems } from './webhook-url.ts';

/** The result of one check, as `--json` prints it. Nothing of a secret's content stands in it. */
export interface Check {
  readonly account: string;
  readonly check: 'settings' | 'url' | 'enter' | 'secret' | 'request' | 'sending';
  readonly state: 'ok' | 'note' | 'wrong';
  readonly says: string;
  readonly next?: string;
  /** Only with `enter`: the field at the provider, and its value. */
  readonly field?: string;
  readonly value?: string;
  /** Only with `request`: the name of the difference. */
  readonly difference?: string;
}

type Found = Omit<Check, 'account'>;

/** Everything that can be said of the set-up of one account. */
export function checksOf(
  connector: keyof typeof declarations,
  subject: Subject,
  request: RecordedRequest | undefined,
): readonly Check[] {
  const declared: Declaration = declarations[connector];
  const found = [
    ...settingChecks(connector, declared, subject),
    ...urlChecks(connector, subject),
    ...secretChecks(connector, declared, subject),
    ...(request ? requestChecks(connector, subject, request) : []),
  ];
  return found.map((each) => ({ account: subject.name, ...each }));
}

function settingChecks(
  connector: string,
  declared: Declaration,
  { settings }: Subject,
): readonly Found[] {
  if (settings === undefined) return [];
  const read = safeParse(declared.account, settings, { error: wordsFor });
  if (!read.success) {
    return reasonsOf(read.error.issues).map((says) => ({
      ...({ check: 'settings', state: 'wrong', says } as const),
      next: `correct it in the stage's configuration, infra/cdk/config (${pageOf(connector)})`,
    }));
  }
  const advice = doctors[connector]?.settingAdvice(settings) ?? [];
  const given = Object.entries(settings).map(([name, value]) => `${name} ${shown(value)}`);
  return [{ check: 'settings', state: 'ok', says: given.join(', ') }, ...notes('settings', advice)];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function urlChecks(connector: string, { publicUrl, settings }: Subject): readonly Found[] {
  if (publicUrl === undefined) return [];
  const problems = urlProblems(connector, publicUrl);
  if (problems.length > 0) {
    return problems.map(({ finding, next }) => ({
      ...({ check: 'url', state: 'wrong', says: finding } as const),
      next,
    }));
  }
  const url = publicUrl.replace(/#.*/s, '');
  const entries = doctors[connector]?.consoleEntries(publicUrl, settings) ?? [];
  return [
    { check: 'url', state: 'ok', says: `${url} is the URL that signatures are checked against` },
    ...entries.map(({ field, value, reason }) => ({
      ...({ check: 'enter', state: 'ok', says: reason } as const),
      field,
      value,
    })),
  ];
}

function secretChecks(
  connector: string,
  { credentials }: Declaration,
  { secrets, noSecret }: Subject,
): readonly Found[] {
  if (credentials === undefined) return [];
  if (secrets.length === 0) return [{ check: 'secret', state: 'wrong', ...noSecret }];
  return secrets.flatMap(({ name, value }): readonly Found[] => {
    const { wrong, odd } = secretProblems(credentials, value);
    const next = `correct the JSON of the secret (${pageOf(connector)})`;
    const check = 'secret';
    const told = (state: Check['state'], problems: readonly string[]): readonly Found[] =>
      problems.map((problem) => ({ check, state, says: `${name}: ${problem}`, next }));
    const read = safeParse(credentials, value);
    if (!read.success) return [...told('wrong', wrong), ...told('note', odd)];
    const names = Object.keys(read.data as object).join(', ');
    const advice = doctors[connector]?.secretAdvice(value) ?? [];
    return [
      { check, state: 'ok', says: `${name}: well-formed, has ${names}` },
      ...told('wrong', wrong),
      ...told('note', odd),
      ...notes('secret', advice),
    ];
  });
}

function notes(check: Check['check'], advice: readonly Advice[]): readonly Found[] {
  return advice.map(({ finding, next }) => ({ check, state: 'note', says: finding, next }));
}

function requestChecks(
  connector: string,
  { publicUrl, secrets, others }: Subject,
  request: RecordedRequest,
): readonly Found[] {
  const doctor = doctors[connector];
  if (!doctor || publicUrl === undefined) return [];
  if (urlProblems(connector, publicUrl).length > 0) {
    const says = 'the request is not looked at: no request can fit the URL above';
    return [{ check: 'request', state: 'note', says, next: 'correct the URL first' }];
  }
  return diagnosed(doctor.explain(request, { publicUrl, credentials: secrets, others }));
}

function diagnosed(diagnosis: Diagnosis): readonly Found[] {
  if (diagnosis.kind === 'accepted') {
    return [{ check: 'request', state: 'ok', says: `it is accepted: ${diagnosis.finding}` }];
  }
  if (diagnosis.kind === 'quarantined') {
    const says = `it is acknowledged and goes to quarantine: ${diagnosis.finding}`;
    return [{ check: 'request', state: 'wrong', says, next: diagnosis.next }];
  }
  if (diagnosis.kind === 'unexplained') {
    const says = `it is refused: ${diagnosis.finding}`;
    return [{ check: 'request', state: 'wrong', says, next: diagnosis.next }];
  }
  return diagnosis.differences.map(({ name, finding, next }) => ({
    ...({ check: 'request', state: 'wrong', says: `it is refused: ${finding}` } as const),
    next,
    difference: name,
  }));
}
