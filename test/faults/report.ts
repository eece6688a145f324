import type { ReplyValidation } from './verdict.ts';

const maxShown = 25;

/** The result of a run as a person reads it. */
export function reportOf(validation: ReplyValidation): string {
  const { replies } = validation;
  const lines = [
    `seed               ${validation.seed}`,
    `time               ${validation.seconds.toFixed(0)} s`,
    `messages           ${validation.messages} acknowledged`,
    `replies            ${replies.accepted} accepted: ${replies.sent} sent, ${replies.failed} failed, ${replies.uncertain} uncertain (${replies.planted} made so)`,
    `events             ${validation.events} taken off the normalized queue`,
    `log lines          ${validation.logLines}`,
    `faults             ${validation.faults}, of which ${validation.kills} kills`,
    ...counted('kills', validation.killsByPlace),
    ...counted('faults', validation.faultsByKind),
    `poison             ${validation.poison.join(' | ')}`,
    ...section('BROKEN', validation.violations),
    ...section('NO PROOF', validation.shortcomings),
    validation.violations.length + validation.shortcomings.length === 0
      ? 'Nothing lost, nothing doubled, nothing out of order.'
      : `${validation.violations.length} promises broken, ${validation.shortcomings.length} shortcomings of the run.`,
  ];
  return `${lines.join('\n')}\n`;
}

function counted(title: string, entries: readonly (readonly [string, number])[]): string[] {
  return entries.map(
    ([name, count]) => `  ${title.padEnd(8)} ${String(count).padStart(6)}  ${name}`,
  );
}

function section(title: string, lines: readonly string[]): string[] {
  const shown = lines.slice(0, maxShown).map((line) => `${title}  ${line}`);
  return lines.length > maxShown
    ? [...shown, `${title}  … ${lines.length - maxShown} more`]
    : shown;
}
