import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { CliError } from '#infra/cli/cli-error';
import { readEnv } from '#shared/env';

/** The receipt rule sets of one region of an AWS account. */
export interface SesRules {
  /** The name of the active set; undefined where none is. */
  readonly active: () => Promise<string | undefined>;
  /** The names of the rules in a set; undefined where there is no such set. */
  readonly rulesIn: (ruleSet: string) => Promise<readonly string[] | undefined>;
  readonly activate: (ruleSet: string) => Promise<void>;
}

const Env = z.object({ AWS_ENDPOINT_URL_SES: z.url().optional() });
const timeoutMs = 10_000;

/**
 * Opens the rule sets with the credentials of the shell. Receipt rules are in the first version of SES's API alone, whose
 * client is not installed: three signed calls need none. Signer, credentials and hash are those of the second version's.
 */
export function openSesRules(region: string): SesRules {
  const { config } = new SESv2Client({ region });
  const signer = new SignatureV4({
    ...{ service: 'ses', region, credentials: config.credentials, sha256: config.sha256 },
  });
  const call = (action: string, parameters: Readonly<Record<string, string>> = {}) =>
    query(signer, endpointOf(region), { Action: action, Version: '2010-12-01', ...parameters });
  return {
    active: async () => {
      const { text } = await call('DescribeActiveReceiptRuleSet');
      return /<Metadata>[\s\S]*?<Name>([^<]+)<\/Name>/.exec(text)?.[1];
    },
    rulesIn: async (RuleSetName) => {
      const { text, fault } = await call('DescribeReceiptRuleSet', { RuleSetName });
      if (fault === 'RuleSetDoesNotExist') return undefined;
      const [rules = ''] = /<Rules>[\s\S]*<\/Rules>/.exec(text) ?? [];
      return [...rules.matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, name = '']) => name);
    },
    activate: async (RuleSetName) => {
      await call('SetActiveReceiptRuleSet', { RuleSetName });
    },
  };
}

function endpointOf(region: string): URL {
  const { AWS_ENDPOINT_URL_SES: endpoint } = readEnv(Env);
  return new URL(endpoint ?? `https://email.${region}.amazonaws.com/`);
}

interface Answer {
  readonly text: string;
  /** The code of a fault that a caller may expect. */
  readonly fault?: string;
}

/** Says why no answer came, and what to do: credentials, the region, or the network. */
function notReached(fault: unknown, { host }: URL): CliError {
  const { name, cause } = fault instanceof Error ? fault : new Error(String(fault));
  if (/Credentials|Token/.test(name)) {
    return new CliError(
      'there are no credentials of AWS in this shell',
      'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  const { code = '', message = name } =
    cause instanceof Error ? (cause as NodeJS.ErrnoException) : {};
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) {
    return new CliError(
      `SES was not reached: there is no host ${host}`,
      'is --region a region of AWS with SES, as eu-west-1? If it is: does this machine reach the internet?',
    );
  }
  const reason =
    name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : code || message;
  return new CliError(
    `SES was not reached at ${host}: ${reason}`,
    'does this machine reach the internet? A proxy or AWS_ENDPOINT_URL_SES may send it elsewhere',
  );
}

async function query(
  signer: SignatureV4,
  url: URL,
  form: Readonly<Record<string, string>>,
): Promise<Answer> {
  const body = new URLSearchParams(form).toString();
  const headers = { host: url.host, 'content-type': 'application/x-www-form-urlencoded' };
  const target = { protocol: url.protocol, hostname: url.hostname, path: '/' };
  const response = await signer
    .sign({ ...target, method: 'POST', headers, body })
    .then(({ headers: { host: _, ...sent } }) =>
      fetch(url, { method: 'POST', headers: sent, body, signal: AbortSignal.timeout(timeoutMs) }),
    )
    .catch((fault: unknown) => {
      throw notReached(fault, url);
    });
  const text = await response.text();
  if (response.ok) return { text };
  const fault = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? String(response.status);
  if (fault === 'RuleSetDoesNotExist') return { text, fault };
  const action = form['Action'];
  throw new CliError(
    `SES refused ${action}: ${fault}`,
    `ses:${action} must be allowed, in this region`,
  );
}
