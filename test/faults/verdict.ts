import { failpoints } from '#shared/failpoint';
import { slowPace } from './accounts.ts';
import { freezingPoints } from './crash-plan.ts';
import { checkConsent } from './ledger/check-consent.ts';
import { checkDeletions } from './ledger/check-deletions.ts';
import { checkEnd } from './ledger/check-end.ts';
import { checkEvents } from './ledger/check-events.ts';
import { checkFiles } from './ledger/check-files.ts';
import { checkNotices } from './ledger/check-notices.ts';
import { checkPace } from './ledger/check-pace.ts';
import { checkRefusals } from './ledger/check-refusals.ts';
import { checkReplies, type RepliesFound } from './ledger/check-replies.ts';
import { checkStored } from './ledger/check-stored.ts';
import { readTable } from './ledger/table-view.ts';
import type { Stage } from './stage.ts';

export interface ReplyValidation {
  readonly seed: number;
  readonly seconds: number;
  readonly messages: number;
  readonly replies: Omit<RepliesFound, 'violations'> & { readonly accepted: number };
  readonly events: number;
  readonly logLines: number;
  readonly faults: number;
  readonly kills: number;
  readonly faultsByKind: readonly (readonly [string, number])[];
  readonly killsByPlace: readonly (readonly [string, number])[];
  readonly poison: readonly string[];
  /** What still moved when patience had ended; then nothing else is judged. */
  readonly unrest: readonly string[];
  /** Broken promises. */
  readonly violations: readonly string[];
  /** What makes this run no proof, though nothing was broken: too few faults, a failpoint not hit. */
  readonly shortcomings: readonly string[];
}

/**
 * Balances what was promised outside with what is stored inside. A run that did not come to rest (`unrest` says
 * where) is no proof and no accusation: what is still on its way is not lost. Then only what was broken while the
 * run went on is told. A run that was ended early is judged by what was `broken` then: what is undecided is not wrong.
 */
export async function judge(
  stage: Stage,
  seconds: number,
  unrest: readonly string[],
  broken?: readonly string[],
): Promise<ReplyValidation> {
  const { options, ledger, faults, kills, provider, undecided } = stage;
  const view = await readTable(stage.emulators.endpoints);
  const replies = checkReplies(ledger, view, {
    sends: provider.sends,
    history: provider.history,
    brokenClaims: stage.brokenClaims,
    brokenRecords: stage.brokenRecords,
    undecided: new Map([...provider.lost, ...undecided]),
  });
  const found = async () => [
    ...checkStored(ledger, view),
    ...checkEvents(ledger, view),
    ...checkRefusals(ledger),
    ...checkPace([...ledger.replies.values()], provider.paced, slowPace),
    ...checkNotices(ledger, view),
    ...checkConsent(ledger, provider.sends),
    ...checkFiles(ledger),
    ...(await checkDeletions(ledger, view, stage.emulators.endpoints)),
    ...replies.violations,
    ...(await checkEnd(stage, view)),
  ];
  const violations = broken ?? [
    ...ledger.violations,
    ...(unrest.length === 0 ? await found() : []),
  ];
  const injected = faults.total() - faults.total('seen:') + kills.total();
  const { violations: _, ...counts } = replies;
  return {
    seed: options.seed,
    seconds,
    messages: ledger.messages.length,
    replies: { ...counts, accepted: ledger.replies.size },
    events: ledger.events.length,
    logLines: ledger.logLines,
    faults: injected,
    kills: kills.total(),
    faultsByKind: faults.entries(),
    killsByPlace: kills.entries(),
    poison: ledger.poison.map(({ name, status }) => `${name}: ${status}`),
    violations,
    unrest,
    shortcomings: [...unrest, ...shortcomings(stage, injected, counts)],
  };
}

/** What can be said before the end: nothing that time may still mend. */
export async function brokenSoFar({ ledger, emulators, provider }: Stage): Promise<string[]> {
  const view = await readTable(emulators.endpoints);
  const { sends, history } = provider;
  const evidence = {
    sends,
    history,
    undecided: new Map(),
    brokenClaims: new Map(),
    brokenRecords: new Map(),
  };
  const { violations, doubled } = checkReplies(ledger, view, evidence);
  return [
    ...ledger.violations,
    ...checkStored(ledger, view),
    ...checkConsent(ledger, sends),
    ...checkPace([...ledger.replies.values()], provider.paced, slowPace),
    ...(doubled > 0 ? violations.filter((each) => each.startsWith('doubled')) : []),
  ];
}

function shortcomings(
  { options, kills, faults: befell, ledger }: Stage,
  faults: number,
  { uncertain, planted }: Pick<RepliesFound, 'uncertain' | 'planted'>,
) {
  const lacking = failpoints.filter((point) => kills.of(point) < options.killsPerFailpoint);
  // Those that were planted are counted when they are planted (crash-plan.ts).
  const share = (uncertain - planted) / Math.max(1, ledger.replies.size);
  return [
    ...lackOf('messages', ledger.messages.length, options.messages),
    ...lackOf('replies to customers who had stopped', ledger.silenced.length, 1),
    ...lackOf('deletions', ledger.deleted.size, 1),
    ...lackOf('replies', ledger.replies.size, options.replies),
    ...(faults < options.faults ? [`${faults} faults, wanted ${options.faults}`] : []),
    ...(kills.total() < options.kills * 0.55 ? [`only ${kills.total()} kills`] : []),
    ...freezingPoints
      .filter((point) => befell.of(`frozen: ${point}`) < options.freezes)
      .map((point) => `${point} has frozen ${befell.of(`frozen: ${point}`)} times`),
    ...lacking.map((point) => `${point} has killed ${kills.of(point)} times`),
    ...(share >= 0.01
      ? [
          `${(share * 100).toFixed(2)} % of the replies are uncertain, besides those that were meant to be`,
        ]
      : []),
  ];
}

/** A load that nobody has taken would find nothing wrong. */
function lackOf(what: string, count: number, wanted: number): string[] {
  return count < wanted ? [`only ${count} ${what} were taken, wanted ${wanted}`] : [];
}
