import type { Verdict } from './verdict.ts';

const mostShown = 25;

/** The result of a run as a person reads it. */
export function reportOf(verdict: Verdict): string {
  const { replies } = verdict;
  const lines = [
    `seed               ${verdict.seed}`,
    `time               ${verdict.seconds.toFixed(0)} s`,
    `messages           ${verdict.messages} acknowledged`,
    `replies            ${replies.accepted} accepted: ${replies.sent} sent, ${replies.failed} failed, ${replies.uncertain} uncertain (${replies.planted} made so)`,
    `events             ${verdict.events} taken off the normalized queue`,
    `log lines          ${verdict.logLines}`,
    `faults             ${verdict.faults}, of which ${verdict.kills} kills`,
    ...counted('kills', verdict.killsByPlace),
    ...counted('faults', verdict.faultsByKind),
    `poison             ${verdict.poison.join(' | ')}`,
    ...section('BROKEN', verdict.violations),
    ...section('NO PROOF', verdict.shortcomings),
    verdict.violations.length + verdict.shortcomings.length === 0
      ? 'Nothing lost, nothing doubled, nothing out of order.'
      : `${verdict.violations.length} promises broken, ${verdict.shortcomings.length} shortcomings of the run.`,
  ];
  return `${lines.join('\n')}\n`;
}

function counted(title: string, entries: readonly (readonly [string, number])[]): string[] {
  return entries.map(
    ([name, count]) => `  ${title.padEnd(8)} ${String(count).padStart(6)}  ${name}`,
  );
}

function section(title: string, lines: readonly string[]): string[] {
  const shown = lines.slice(0, mostShown).map((line) => `${title}  ${line}`);
  return lines.length > mostShown
    ? [...shown, `${title}  … ${lines.length - mostShown} more`]
    : shown;
}
