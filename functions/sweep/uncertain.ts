import type { Delivery } from '#shared/table/state';

/** The next step for an uncertain attempt. */
export type UncertainStep =
  | { readonly kind: 'look_up'; readonly lookUps: number; readonly nextAt: string }
  | { readonly kind: 'wait'; readonly nextAt: string }
  | { readonly kind: 'announce' };

export interface UncertainRules {
  readonly now: Date;
  /** The time for evidence of an uncertain outcome to come; after it the helpdesk is told. */
  readonly uncertainAfterSeconds: number;
  /** True when its provider can be asked. */
  readonly canBeLookedUp: boolean;
}

/**
 * Decides the next step for an uncertain attempt whose time has come: it is looked up when its callbacks have had their
 * time, again whenever it is twice as old, and told to the helpdesk after the deadline. Where the provider can be
 * asked, it is asked once also after the deadline, if nothing was found before.
 */
export function stepFor(
  { attemptedAt, lookUps = 0 }: Pick<Delivery, 'attemptedAt' | 'lookUps'>,
  { now, uncertainAfterSeconds, canBeLookedUp }: UncertainRules,
): UncertainStep {
  const attemptedMs = Date.parse(attemptedAt ?? new Date(0).toISOString());
  const deadlineMs = attemptedMs + uncertainAfterSeconds * 1000;
  const ageMs = now.getTime() - attemptedMs;
  const isOverdue = now.getTime() >= deadlineMs;
  if (canBeLookedUp && (!isOverdue || lookUps === 0)) {
    const nextMs = Math.min(attemptedMs + 2 * ageMs, deadlineMs);
    return { kind: 'look_up', lookUps: lookUps + 1, nextAt: new Date(nextMs).toISOString() };
  }
  if (isOverdue) return { kind: 'announce' };
  return { kind: 'wait', nextAt: new Date(deadlineMs).toISOString() };
}
