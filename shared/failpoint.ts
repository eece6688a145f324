/** Every place where a crash would leave something half done. Named `<function>.<after what>`. */
export const failpoints = [
  'receive.beforeEnqueue',
  'receive.afterEnqueue',
  'normalize.beforeStore',
  'normalize.afterStore',
  'normalize.afterPublish',
  'update.afterApply',
  'update.afterPublish',
  'customer.afterApply',
  'redact.afterFiles',
  'redact.afterCopies',
  'redact.afterEntry',
  'redact.afterState',
  'publish.afterEvent',
  'publish.beforeCursor',
  'publish.afterRevisionEvent',
  'accept.afterStore',
  'accept.afterPublish',
  'send.afterClaim',
  'send.afterHttp',
  'send.afterRecord',
  'send.afterPublish',
  'sweep.afterPublish',
] as const;

export type Failpoint = (typeof failpoints)[number];

/**
 * Does nothing. The fault harness builds the functions with this file replaced by one that can end the process here
 * (test/faults); deployed code has nothing of it.
 */
export function failpoint(_name: Failpoint): void {}
