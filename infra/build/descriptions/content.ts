import { type Descriptions, under } from './descriptions.ts';

const frame = {
  text: 'The text above the buttons or the list.',
  header: 'A line above the text.',
  footer: 'A line below the text.',
};

export const template = {
  name: 'The name under which the provider knows the template.',
  language: 'The language code of the template, for instance en_US.',
  components: "The values for its placeholders, in the provider's own form.",
  variables:
    'The values for its placeholders by name, where the provider knows templates by an id.',
  category: 'The category in which it was approved.',
};

/** Content that both customers and helpdesks send. */
const both: Descriptions = {
  type: 'The type of the content.',
  'text.text': 'The text.',
  'media.caption': 'The text below the files. The files are the attachments of the message.',
  'location.latitude': 'Degrees north.',
  'location.longitude': 'Degrees east.',
  'location.name': 'The name of the place.',
  'location.address': 'The address of the place.',
  'location.url': 'A web page about the place.',
  'contacts.contacts': 'The cards.',
  'contacts.contacts[].name': 'The name.',
  'contacts.contacts[].organization': 'The company.',
  'contacts.contacts[].phones': 'The phone numbers.',
  'contacts.contacts[].emails': 'The mail addresses.',
  'contacts.contacts[].origin': 'contact_request: the customer agreed to share this number.',
  ...under('template', template),
  ...under('buttons', {
    ...frame,
    buttons: 'The buttons.',
    'buttons[].id': 'The id that comes back in interactive_reply.',
    'buttons[].title': 'The words on the button.',
  }),
  ...under('list', {
    ...frame,
    button: 'The words on the button that opens the list.',
    sections: 'The sections of the list.',
    'sections[].title': 'The heading of the section.',
    'sections[].rows': 'Its rows.',
    'sections[].rows[].id': 'The id that comes back in interactive_reply.',
    'sections[].rows[].title': 'The words of the row.',
    'sections[].rows[].description': 'A second line of the row.',
  }),
  ...under('link_button', {
    ...frame,
    title: 'The words on the button.',
    url: 'The web page that it opens.',
  }),
  'reaction.messageId': 'The message of the conversation that is reacted to.',
  'reaction.emoji': 'The emoji; empty where the reaction is taken back.',
};

/** The content of a message. */
export const content: Descriptions = {
  ...both,
  'interactive_reply.kind':
    'What was answered: a button, a list, a quick reply, a form, a question for permission.',
  'interactive_reply.id': 'The id of the button or row that was chosen, as your reply gave it.',
  'interactive_reply.title': 'The words that the customer chose.',
  'interactive_reply.description': 'The description of the row that was chosen.',
  'interactive_reply.payload': 'What a form returned, as the provider wrote it.',
  'order.catalogId': "The provider's id of the catalogue.",
  'order.text': 'What the customer wrote beside the order.',
  'order.items': 'What was ordered.',
  'order.items[].productId': 'The id of the product in the catalogue.',
  'order.items[].quantity': 'How many.',
  'order.items[].unitPrice': 'The price of one.',
  'order.items[].currency': 'The currency of the price (EUR).',
  'notice.kind': 'What happened, for instance user_changed_number or group_create.',
  'notice.details': "What the provider says of it, in the provider's own form.",
  'unsupported.providerType': "The provider's name of the type.",
  'unsupported.reason': 'Why it could not be read.',
  'unsupported.raw': "The provider's own JSON.",
};

/** The content of a reply. */
export const replyContent: Descriptions = {
  ...both,
  'text.text': 'The text, at most 100,000 characters.',
  'text.html': 'Of a mail: the same as HTML, sent as it is beside the text.',
  'text.attachments': 'The files of a mail, or beside the text of a message on X.',
  'text.attachments[].url': 'Where the file is: s3: in the archive bucket.',
  'text.attachments[].contentType': 'Its media type (application/pdf).',
  'text.attachments[].fileName': 'The name that the customer sees.',
  'text.attachments[].contentId': 'Of a picture: the id by which html shows it (cid:).',
  'text.attachments[].altText': 'A description of the picture, for people who do not see it.',
  'text.linkPreview': 'Whether the channel may show a preview of the first link.',
  'media.url': 'Where the file is: https: at a public host, or s3: in the archive bucket.',
  'media.providerMediaId': "The provider's own id of the file, in place of url.",
  'media.contentType': 'Its media type (image/jpeg).',
  'media.fileName': 'The name that the customer sees.',
  'media.altText': 'A description of the picture, for people who do not see it.',
  'media.voice': 'True for a voice message, where the channel has them.',
};
