import * as core from 'zod/v4/core';
import type { Doctor, DoctorDefinition, NamedCredentials } from './doctor.ts';

/** Closes a connector's types, as `defineWebhook` does. A set of credentials that cannot be read is left out. */
export function defineDoctor<Account, Credentials>(
  definition: DoctorDefinition<Account, Credentials>,
): Doctor {
  const { account, credentials, consoleEntries, settingAdvice, secretAdvice, explain } = definition;
  const readable = (sets: readonly NamedCredentials<unknown>[]) =>
    sets.flatMap(({ name, value }) => {
      const read = core.safeParse(credentials, value);
      return read.success ? [{ name, value: read.data }] : [];
    });
  return {
    consoleEntries: (publicUrl, settings) =>
      consoleEntries(publicUrl, settings === undefined ? undefined : core.parse(account, settings)),
    settingAdvice: (settings) => settingAdvice(core.parse(account, settings)),
    secretAdvice: (secret) => secretAdvice(core.parse(credentials, secret)),
    explain: (request, context) =>
      explain(request, {
        publicUrl: context.publicUrl,
        credentials: readable(context.credentials),
        others: readable(context.others),
      }),
  };
}
