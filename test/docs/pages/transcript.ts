/** One command of a transcript with what it is said to print, to stdout and stderr together. */
export interface Step {
  readonly command: string;
  readonly says: string;
}

/** The commands of a `console` block: lines that begin with `$ `, and those that a backslash continues. */
export function stepsOf(code: string): Step[] {
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = ''] = /^(?:.*\\\n)*.*$/m.exec(step) ?? [];
      return { command, says: step.slice(command.length).trim() };
    });
}

/** What differs with each run, or with the width of a column. What is derived from its content stays. */
function masked(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, '<time>')
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, '<day>')
    .replaceAll(/wamid\.[\w/+=-]+/g, '<wamid>')
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<uuid>')
    .replaceAll(/\b(cnv|msg|att)_[a-z2-7]+/g, '$1_<id>')
    .replaceAll(/s3:\/\/[\w-]+/g, 's3://<bucket>')
    .replaceAll(/\b[\da-f]{64}\b|\b[\da-f]{8}…/g, '<hash>')
    .replaceAll(/\b\d+ (?:s|min|h|d)\b/g, '<age>')
    .replaceAll(/\b\d+(?= times| \S+\/main\b| +\S+\/main\b)/g, '<count>')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ $/gm, '')
    .trim();
}

/** Whether a command printed what the page says: `…` stands for any text, on a line of its own for any lines. */
export function isAsSaid(says: string, printed: string): boolean {
  const shape = masked(says)
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:[^\n]*\n)*?' : `${lineShape(line)}\n`))
    .join('');
  return new RegExp(`^${shape}$`).test(`${masked(printed)}\n`);
}

function lineShape(line: string): string {
  return (
    line
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      // Without a line break, so that there is one way only to read a line.
      .join('[^\n]*')
  );
}
