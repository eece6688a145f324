import { CliError } from '#infra/cli/cli-error';
import { errorIn, type JsonAnswer } from '#infra/cli/stage/post-json';
import { adviceOf } from './describe.ts';
import { type Answered, nextStep } from './next-step.ts';
import { oneLine } from './terminal.ts';

/** The longest reason on a screen. */
const maxCharacters = 400;

/**
 * The answer of our API to a command it does not take, as an error for a person: the code, every reason (several
 * stand below each other), and what to do next.
 */
export function refusedCommand(
  what: 'reply' | 'signal',
  answer: JsonAnswer,
  conversation: Answered,
  localDir: string,
): CliError {
  const { error, reasons, advice } = errorIn(answer);
  const lines = reasons.map((reason) => oneLine(reason, maxCharacters));
  const why = lines.length > 1 ? lines.map((line) => `\n  ${line}`).join('') : ` ${lines[0] ?? ''}`;
  const isForText = lines.some((line) => line.includes('with asText: true'));
  const otherwise =
    answer.status < 500
      ? 'docs/errors.md says what the code means'
      : `read the logs of the functions in ${localDir}/logs`;
  // Both are said: the other way may not be open, and what can be done here stays right.
  const here = isForText ? 'repeat it with --as-text' : nextStep(error, conversation);
  const steps = [here, advice && adviceOf(advice)].filter((step) => step !== undefined);
  const next = steps.length === 0 ? otherwise : steps.join('\n  ');
  return new CliError(
    `the ${what} was refused (${answer.status} ${error})${lines.length > 0 ? `:${why}` : ''}`,
    next,
  );
}
