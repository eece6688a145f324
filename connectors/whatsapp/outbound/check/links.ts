import { firstOf, invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import { notPublic } from '#shared/media/public-url';
import { shown } from './names.ts';

/** Names the data that a flow is started with: it is the caller's own and is not checked (templates, "Flow button"). */
const opaque = 'flow_action_data';

/**
 * Checks the addresses of files, wherever they stand in a component: Meta fetches them itself and takes nothing from
 * our bucket. Components are at most 24 levels deep (shared/storable.ts).
 */
export function checkLinks(value: unknown, place: string): ReplyProblem | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return firstOf(
    Object.entries(value).map(([name, member]) => {
      const inside = Array.isArray(value) ? `${place}[${name}]` : `${place}.${name}`;
      if (name === opaque) return undefined;
      return name === 'link' ? checkLink(member, inside) : checkLinks(member, inside);
    }),
  );
}

function checkLink(link: unknown, place: string): ReplyProblem | undefined {
  const problem = typeof link === 'string' ? notPublic(link) : 'no text';
  if (problem === undefined) return undefined;
  const allowed = 'WhatsApp fetches it itself, by https: from a public host';
  return invalidReply(`${place} is ${shown(link)}: ${problem}; ${allowed}`);
}
