import type { ReplyProblem } from '#shared/connector/reply-problem';

/** A text with more characters than Meta takes; an absent one has none. */
export function tooLong(
  field: string,
  text: string | undefined,
  limit: number,
): ReplyProblem | undefined {
  // Characters and not UTF-16 code units: JSON Schema counts so, and Meta's description is one.
  const length = [...(text ?? '')].length;
  if (length <= limit) return undefined;
  const title = `${field} has ${length} characters; WhatsApp allows ${limit}`;
  return { code: 'limit_exceeded', title };
}

export function tooMany(field: string, count: number, limit: number): ReplyProblem | undefined {
  if (count <= limit) return undefined;
  return {
    code: 'limit_exceeded',
    title: `${field} has ${count} entries; WhatsApp allows ${limit}`,
  };
}
