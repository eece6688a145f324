import type { ReplyCommand } from '#shared/model/reply';

/** A text that readers see, and where in the command it stands. */
export interface VisibleText {
  readonly path: string;
  readonly text: string;
}

/**
 * Fields that the provider reads and no reader sees. The name of the author and those of files are not shown either:
 * public posts come from the account, and have pictures and videos only.
 */
const unseen: ReadonlySet<string> = new Set([
  ...(['type', 'id', 'contentType', 'contentId', 'providerMediaId', 'messageId'] as const),
  'fileName',
  ...(['language', 'category', 'origin', 'emoji'] as const),
]);
/** Deeper ones belong to a template of a provider, whose texts stand higher. */
const maxDepth = 12;

/** All texts of a reply that its readers see: of its content, of its fallback, and around them. */
export function visibleTexts({
  content,
  fallbackTemplate,
  subject,
}: Pick<ReplyCommand, 'content' | 'fallbackTemplate' | 'subject'>): readonly VisibleText[] {
  return [
    ...textsIn(shown(content), 'content', 0),
    ...textsIn(fallbackTemplate && shown(fallbackTemplate), 'fallbackTemplate', 0),
    ...textsIn(subject, 'subject', 0),
  ];
}

/** The address of a file is for the provider, that of a link for everyone; a template's own name is not shown. */
function shown(content: ReplyCommand['content']): object {
  if (content.type === 'media') return { ...content, url: undefined };
  if (content.type === 'template') return { ...content, name: undefined };
  if (content.type !== 'text') return content;
  const attachments = content.attachments?.map(({ altText }) => ({ altText }));
  return { ...content, attachments };
}

function textsIn(value: unknown, path: string, depth: number): readonly VisibleText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null || depth > maxDepth) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (unseen.has(name)) return [];
    const step = Array.isArray(value) ? `[${name}]` : `.${name}`;
    return textsIn(member, `${path}${step}`, depth + 1);
  });
}
