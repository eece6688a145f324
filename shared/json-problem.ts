/** A part of a JSON value that cannot stay as it is, with its place. */
export interface JsonProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** A problem of the value itself. */
export function problemHere(problem: string): JsonProblem {
  return { path: [], problem };
}

/** The first problem among the members of an object or a list, with the path to it. */
export function firstProblem(
  value: object,
  find: (member: unknown, name: string) => JsonProblem | undefined,
): JsonProblem | undefined {
  for (const [name, member] of Object.entries(value)) {
    const found = find(member, name);
    const step = Array.isArray(value) ? Number(name) : name;
    if (found) return { ...found, path: [step, ...found.path] };
  }
  return undefined;
}
