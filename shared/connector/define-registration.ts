import * as core from 'zod/v4/core';
import type { Registration, RegistrationContext, RegistrationDefinition } from './registration.ts';

/** Closes a connector's types, as `defineDoctor` does. */
export function defineRegistration<Account, Credentials>(
  definition: RegistrationDefinition<Account, Credentials>,
): Registration {
  const { show, register, remove, ...facts } = definition;
  const typed = (context: RegistrationContext<unknown, unknown>) => ({
    ...context,
    account: core.parse(definition.account, context.account),
    credentials: core.parse(definition.credentials, context.credentials),
  });
  return {
    ...facts,
    show: (context) => show(typed(context)),
    register: (context, optional) => register(typed(context), optional),
    remove: (context, confirm) => remove(typed(context), confirm),
  };
}
