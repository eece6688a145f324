import type { ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { checkContacts } from './contacts.ts';
import { checkButtons, checkLinkButton, checkList } from './interactive.ts';
import { checkLocation } from './location.ts';
import { checkMedia } from './media.ts';
import { checkReaction } from './reaction.ts';
import { checkTemplate } from './template.ts';

/**
 * Finds the first known limit of Meta that a reply exceeds, by name, with what was given. Sizes of files are known only
 * when they are read (functions/send). Undefined when there is no problem.
 */
export function checkContent(content: ReplyContent): ReplyComplaint | undefined {
  switch (content.type) {
    case 'media':
      return checkMedia(content);
    case 'location':
      return checkLocation(content);
    case 'contacts':
      return checkContacts(content);
    case 'buttons':
      return checkButtons(content);
    case 'list':
      return checkList(content);
    case 'link_button':
      return checkLinkButton(content);
    case 'template':
      return checkTemplate(content);
    case 'reaction':
      return checkReaction(content);
    case 'text':
      // A longer one is cut by `render`, which says when it cannot.
      return undefined;
  }
}
