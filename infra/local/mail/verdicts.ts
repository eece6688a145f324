import * as z from 'zod';
import { parsedJson } from '#shared/json';
import type { MailHeader } from './mail-headers.ts';

export const checkNames = ['spf', 'dkim', 'dmarc', 'spam', 'virus'] as const;
type CheckName = (typeof checkNames)[number];

/** The results that SES gives; `ABSENT` leaves a result out, as notifications from before DMARC do. */
const Word = z.enum(['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED', 'DISABLED', 'ABSENT']);
const Verdict = z.string().toUpperCase().pipe(Word);

const Policy = z.enum(['none', 'quarantine', 'reject']);
const PolicyObject = z.strictObject({ status: z.string().toUpperCase() });

/** The results that `POST /_conditions` and `POST /_inbound` can ask for, in place of PASS. */
export const verdictFields = {
  verdicts: z
    .strictObject({
      ...{ spf: Verdict.optional(), dkim: Verdict.optional(), dmarc: Verdict.optional() },
      ...{ spam: Verdict.optional(), virus: Verdict.optional() },
    })
    .optional(),
  /** The policy of a domain whose DMARC failed: a word, or an object as in AWS's own sample code. */
  dmarcPolicy: z.union([Policy, PolicyObject]).optional(),
};

const Verdicts = z.object(verdictFields);
const Clock = z.object({ now: z.coerce.date() });
export type AskedVerdicts = z.infer<typeof Verdicts>;

type Words = Readonly<Record<string, string | undefined>>;

export interface MailVerdicts extends Readonly<Record<CheckName, string>> {
  readonly dmarcPolicy?: string | object | undefined;
}

/** The results of one mail: as its headers ask, else the name in HELO, else the conditions, else PASS. */
export function verdictsOf(
  headers: readonly MailHeader[],
  helo: string,
  conditions: AskedVerdicts,
): MailVerdicts {
  const asked: Words = { ...conditions.verdicts, ...heloWords(helo), ...headerWords(headers) };
  const results = checkNames.map((check) => [check, asked[check] ?? 'PASS'] as const);
  return {
    ...(Object.fromEntries(results) as Record<CheckName, string>),
    dmarcPolicy: policyOf(asked['dmarc-policy']) ?? conditions.dmarcPolicy,
  };
}

/** `X-Test-Dmarc: fail`, and `X-Test-Dmarc-Policy: reject` or `{"status":"REJECT"}`. */
function headerWords(headers: readonly MailHeader[]): Words {
  const asked = headers.flatMap(({ name, value }) => {
    const [, switched] = /^x-test-(.+)$/i.exec(name) ?? [];
    return switched ? [[switched.toLowerCase(), wordOf(switched, value.trim())] as const] : [];
  });
  return Object.fromEntries(asked.reverse());
}

/** Says what is wrong with a header that asks for a result; undefined where all of them can be followed. */
export function wrongVerdict(headers: readonly MailHeader[]): string | undefined {
  const asked = headerWords(headers);
  for (const check of checkNames) {
    const word = asked[check];
    if (word !== undefined && !Word.safeParse(word).success) {
      return wrong(check, word, Word.options.join(', '));
    }
  }
  const policy = asked['dmarc-policy'];
  if (policy === undefined || z.union([Policy, PolicyObject]).safeParse(policyOf(policy)).success) {
    return undefined;
  }
  return wrong('dmarc-policy', policy, `${Policy.options.join(', ')}, {"status":"REJECT"}`);
}

/** SMTP answers are ASCII and one line. */
function wrong(check: string, given: string, allowed: string): string {
  const shown = given.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
  return `X-Test-${check} is "${shown}"; allowed: ${allowed}`;
}

/** The labels of a name such as `dmarc-fail.spf-processing-failed.customer.example`. */
function heloWords(helo: string): Words {
  const asked = helo.split('.').flatMap((label) => {
    const [, check = '', word = ''] =
      /^(dmarc-policy|spf|dkim|dmarc|spam|virus)-(.+)$/i.exec(label) ?? [];
    return check ? [[check.toLowerCase(), wordOf(check, word.replaceAll('-', '_'))] as const] : [];
  });
  return Object.fromEntries(asked);
}

const wordOf = (check: string, word: string) =>
  check.toLowerCase() === 'dmarc-policy' ? word : word.toUpperCase();

function policyOf(text: string | undefined): string | object | undefined {
  const value = text?.startsWith('{') ? parsedJson(text) : undefined;
  return typeof value === 'object' && value !== null ? value : text;
}

/** The headers that ask the SMTP server for these results. */
export function verdictHeaders({
  verdicts = {},
  dmarcPolicy,
}: AskedVerdicts): Record<string, string> {
  const asked = checkNames.flatMap((check) =>
    verdicts[check] ? [[`X-Test-${check}`, verdicts[check]] as const] : [],
  );
  const policy = typeof dmarcPolicy === 'object' ? JSON.stringify(dmarcPolicy) : dmarcPolicy;
  return { ...Object.fromEntries(asked), ...(policy ? { 'X-Test-Dmarc-Policy': policy } : {}) };
}

/** Asks the simulator of SES for its clock: ours where it does not run. */
export async function askClock(url: string | undefined): Promise<Date> {
  if (url === undefined) return new Date();
  return Clock.parse(await (await fetch(`${url}/_clock`)).json()).now;
}

/** Asks the simulator of SES which results its conditions have now: none where it does not run. */
export async function askVerdicts(url: string | undefined): Promise<AskedVerdicts> {
  if (url === undefined) return {};
  return Verdicts.parse(await (await fetch(`${url}/_conditions`)).json());
}
