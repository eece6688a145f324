/** Deep enough to find every field of our commands; anything deeper belongs to a provider. */
const maxSteps = 8;
/** No field name of our commands is longer. */
const longestStep = 60;

/** A place in a command as people write it: `content.buttons[0].title`; empty for the command itself. */
export function writtenPath(path: readonly PropertyKey[]): string {
  const steps = path.slice(0, maxSteps).map((step, index) => {
    if (typeof step === 'number') return `[${step}]`;
    const name = shortened(String(step));
    return index === 0 ? name : `.${name}`;
  });
  return `${steps.join('')}${path.length > maxSteps ? '…' : ''}`;
}

function shortened(name: string): string {
  return name.length > longestStep ? `${name.slice(0, longestStep)}…` : name;
}
