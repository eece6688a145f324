/** The ways by which the reader of a hint reaches the program and the files of its clone. */
export interface CalledAs {
  /** The program as it was called: `./switchboard`, `../switchboard`, `/opt/switchboard/switchboard`. */
  readonly program: string;
  /** The path before `docs/`: empty in the clone, elsewhere the clone's folder with a slash. */
  readonly folder: string;
}

/** The call that texts are written with: in the clone, by its own name. */
export const inClone: CalledAs = { program: './switchboard', folder: '' };

/** Writes a text's commands and pages so that they work from the reader's folder. */
export function asCalled(text: string, { program, folder }: CalledAs): string {
  const command = shellWord(program);
  return text
    .replaceAll(/\.\/switchboard(?= )/g, () => command)
    .replaceAll(/(?<![\w./-])docs\//g, () => `${folder}docs/`);
}

/** One word of a command line, in quotes unless its characters are safe. */
export function shellWord(text: string): string {
  return /^[\w./@%+=:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
