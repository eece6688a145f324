import { oneLine, type Terminal } from '#infra/cli/output/terminal';
import type { RegistrationStep } from '#shared/connector/registration';

const colours = { ok: 'green', done: 'green', note: 'cyan', missing: 'red', wrong: 'red' } as const;

/** Prints a step, its next one below it. The words of a provider are made harmless. */
export function printStep(
  account: string,
  { subject, state, says, next, id }: RegistrationStep,
  terminal: Terminal,
): void {
  const mark = terminal.paint(colours[state], state.padEnd(8));
  const numbered = id === undefined ? '' : ` (${oneLine(id, 40)})`;
  const start = `${mark}${account}  ${oneLine(subject, 40).padEnd(20)}`;
  terminal.data(`${start}${oneLine(says, 600)}${numbered}`);
  if (next !== undefined) terminal.data(`        ${oneLine(next, 600)}`);
}
