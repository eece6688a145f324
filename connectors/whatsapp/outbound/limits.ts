/**
 * The limits of one message (documentation/business-messaging/whatsapp, the page of each message type). Lengths are
 * characters, as the `maxLength` of Meta's OpenAPI description counts them.
 */
export const limits = {
  caption: 1024,
  contacts: 257,
  header: 60,
  footer: 60,
  buttons: 3,
  buttonId: 256,
  buttonTitle: 20,
  /** The text above reply buttons and above a link button. */
  buttonText: 1024,
  listText: 4096,
  listButton: 20,
  sections: 10,
  sectionTitle: 24,
  /** Over all sections. */
  rows: 10,
  rowId: 200,
  rowTitle: 24,
  rowDescription: 72,
  templateName: 512,
  templatePayload: 128,
  fileName: 240,
} as const;
