/** Hands on whole lines: a pipe may cut a line in two. `end` hands on what came after the last one. */
export function wholeLines(hear: (text: string) => void): {
  readonly take: (text: string) => void;
  readonly end: () => void;
} {
  let rest = '';
  return {
    take: (text) => {
      const all = rest + text;
      const cut = all.lastIndexOf('\n') + 1;
      rest = all.slice(cut);
      if (cut > 0) hear(all.slice(0, cut));
    },
    end: () => {
      if (rest !== '') hear(rest);
      rest = '';
    },
  };
}
