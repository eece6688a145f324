import { firstText } from '#connectors/whatsapp/item';
import { type JsonObject, objectOf } from '#shared/json';

/** Meta's own agent, as we call it towards a helpdesk. Answering beside it would talk over it. */
export const metaBusinessAgent = 'meta_business_agent';

/**
 * Tells who has a conversation after a handover. The new owner's role says it; where Meta names only the owner before,
 * an agent that gave it away gave it to people. Undefined where neither is named. The shapes are second-hand
 * (360dialog, "messaging_handovers"), so every member may be missing.
 */
export function newOwnerOf(handover: JsonObject): string | undefined {
  const after = firstText(handover, 'new_owner_app_role', 'new_owner_role');
  if (after !== undefined) return isAgent(after) ? metaBusinessAgent : 'people';
  const before = firstText(handover, 'previous_owner_app_role', 'previous_owner_role');
  return before !== undefined && isAgent(before) ? 'people' : undefined;
}

/** The handover's own part: `type` names the member that holds it. */
export function handoverOf(value: JsonObject): JsonObject {
  return objectOf(value[firstText(value, 'type') ?? '']);
}

function isAgent(role: string): boolean {
  return role === metaBusinessAgent || role === 'ai_agent';
}
